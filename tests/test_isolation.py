"""The tests leave a developer's own content alone."""

import os

from django.conf import settings

from mjp.config import BASE_DIR


def test_tests_run_under_test_settings_with_a_data_folder_outside_the_checkout():
    import mjp.settings

    assert settings.TESTING
    assert str(mjp.settings.config.data_dir) == os.path.realpath(os.environ["MJP_DATA_DIR"])
    assert not mjp.settings.config.data_dir.is_relative_to(BASE_DIR)

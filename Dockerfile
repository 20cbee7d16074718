# MJP Portfolio for production. Build: docker build -t mjp-portfolio .

FROM node:24-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY static static
RUN npm run build

FROM python:3.13-slim AS packages
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/base.txt

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MJP_ENV=production \
    MJP_DATA_DIR=/data
RUN useradd --system --uid 10001 --user-group --home-dir /app mjp \
    && install -d -o mjp -g mjp /app /data
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY --chown=mjp:mjp . .
COPY --from=assets --chown=mjp:mjp /build/static/dist static/dist
USER mjp
# The secret, host and database of the build are used for this one step and stay out of the image's settings.
RUN pybabel compile -D django -d mjp/locale \
    && MJP_SECRET_KEY="build-only-$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
       MJP_ALLOWED_HOSTS=localhost MJP_SITE_URL=https://localhost DATABASE_URL=postgres://build@localhost/build \
       python manage.py collectstatic --noinput
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': os.environ['MJP_ALLOWED_HOSTS'].split(',')[0], 'X-Forwarded-Proto': 'https'}), timeout=4)"]
CMD ["gunicorn", "mjp.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "3", "--access-logfile", "-"]

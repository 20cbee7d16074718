# MJP Portfolio for production: web, worker and beat. Build: docker build -t mjp-portfolio .

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
# What WeasyPrint draws text with.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
# The file system can be read only: what is written goes to /data and /tmp.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp/cache \
    MJP_ENV=production \
    MJP_DATA_DIR=/data \
    GUNICORN_CMD_ARGS="--bind=0.0.0.0:8000 --workers=3 --access-logfile=- --worker-tmp-dir=/dev/shm"
RUN useradd --system --uid 10001 --user-group --home-dir /app mjp \
    && install -d -o mjp -g mjp /data
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . .
COPY --from=assets /build/static/dist static/dist
# The secret, host and addresses of the build are used for this one step and stay out of the image's settings.
RUN pybabel compile -D django -d mjp/locale \
    && MJP_SECRET_KEY="build-only-$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
       MJP_ALLOWED_HOSTS=localhost MJP_SITE_URL=https://localhost DATABASE_URL=postgres://build@localhost/build \
       MJP_BROKER_URL=redis://localhost MJP_DATA_DIR=/tmp/build \
       python manage.py collectstatic --noinput \
    && rm -rf /tmp/build
USER mjp
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "mjp.wsgi:application"]

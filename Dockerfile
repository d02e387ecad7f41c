# The emulator's server. Publish its port to your own machine only, for its control API asks for no token:
#
#     docker run --rm --publish 127.0.0.1:8787:8787 interactor-emulator
#
# What is in your folder is read with --volume "$PWD:/work:ro": `interactor.toml`, or --definitions as an argument.
FROM python:3.13-slim AS build
WORKDIR /source
COPY . .
RUN python -m venv --without-pip /app && pip --python /app/bin/python install --no-cache-dir --disable-pip-version-check --root-user-action ignore --constraint constraints.txt .

FROM python:3.13-slim
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH
# Within the container only: without it nothing outside of it could reach the server.
ENV INTERACTOR_EMULATOR_HOST=0.0.0.0
WORKDIR /work
# Nobody's: it needs to write nothing, and no rights.
USER 10001:10001
EXPOSE 8787
HEALTHCHECK --interval=5s --timeout=3s --start-period=2s CMD ["python", "-c", "import http.client, os; c = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('INTERACTOR_EMULATOR_PORT', 8787)), timeout=2); c.request('GET', '/_emulator/health'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["interactor-emulator"]
CMD ["serve"]

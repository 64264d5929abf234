# nodeflame in one image without a shell: the program, a JDK cut down to what it uses, and the
# libraries that both link to.
ARG JDK_IMAGE=eclipse-temurin:25-jdk
ARG BUILD_IMAGE=debian:bookworm

FROM ${JDK_IMAGE} AS jdk

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY deploy/scripts/install-packages deploy/scripts/install-packages
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && \
    deploy/scripts/install-packages build
COPY . .
RUN make target/.built
COPY --from=jdk /opt/java/openjdk /opt/java/openjdk
RUN JLINK_JAVA_HOME=/opt/java/openjdk deploy/scripts/dist /opt/nodeflame && \
    deploy/scripts/image-root /opt/nodeflame /image

FROM scratch
ARG VERSION=development
ARG REVISION=unknown
LABEL org.opencontainers.image.title="nodeflame" \
      org.opencontainers.image.description="Continuous profiler for Kubernetes nodes, without changes to what it profiles" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /image/ /
# One malloc arena keeps the C heap small; file names of programs are UTF-8.
ENV MALLOC_ARENA_MAX=1 LC_ALL=C.UTF-8
ENTRYPOINT ["/opt/nodeflame/jdk/bin/java", "@/opt/nodeflame/nodeflame.args"]
CMD ["run"]

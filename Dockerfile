# mvn -q -DskipTests package && docker build -t outpour .
# docker run --read-only --tmpfs /tmp:exec -v outpour:/data -p 3000:3000 -e OUTPOUR_AUTH_ANONYMOUS=true outpour
FROM eclipse-temurin:17-jre

# Numbers, so that an orchestrator can see that it is not root.
RUN install -d -o 10001 -g 10001 /data
COPY conf /opt/outpour/conf
COPY LICENSE target/outpour.jar /opt/outpour/

WORKDIR /data
USER 10001:10001
VOLUME /data
EXPOSE 3000

# The jar is the first process, so signals reach it. It closes all streams before it ends.
STOPSIGNAL SIGTERM
ENTRYPOINT ["java", "@/opt/outpour/conf/jvm.options", "-XX:MaxRAMPercentage=70", "-jar", "/opt/outpour/outpour.jar"]
CMD ["-conf", "/opt/outpour/conf/docker.json"]

HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 \
  CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx32m", "-jar", "/opt/outpour/outpour.jar", "health", "--url", "http://127.0.0.1:3000"]

# mvn -q -DskipTests package && docker build -t outpour .
# docker run --read-only --tmpfs /tmp:exec -v outpour:/data -p 3000:3000 -e OUTPOUR_AUTH_ANONYMOUS=true outpour
FROM eclipse-temurin:17-jre

# Numbers, so that an orchestrator can see that it is not root.
RUN install -d -o 10001 -g 10001 /data
COPY conf /opt/outpour/conf
COPY LICENSE target/outpour.jar /opt/outpour/

# Whatever the base image sets: arguments and the names of files are UTF-8.
ENV LC_ALL=C.UTF-8
ENV OUTPOUR_HTTP_HEALTH_FILE=/tmp/outpour.health
WORKDIR /data
USER 10001:10001
VOLUME /data
EXPOSE 3000

# The jar is the first process, so signals reach it. It closes all streams before it ends.
STOPSIGNAL SIGTERM
# Memory outside of the heap may grow as large as the heap: both are 80 percent, the rest is for Java itself.
ENTRYPOINT ["java", "@/opt/outpour/conf/jvm.options", "-XX:MaxRAMPercentage=40", "-jar", "/opt/outpour/outpour.jar"]
CMD ["-conf", "/opt/outpour/conf/docker.json"]

# The hub writes every two seconds how it is, whatever its port, its TLS, and what it serves: no second Java to ask it.
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 \
  CMD ["sh", "-c", "line=$(find /tmp/outpour.health -mmin -1 -exec cat {} +) && echo \"${line:-is not written any more}\" && test \"$line\" = up"]

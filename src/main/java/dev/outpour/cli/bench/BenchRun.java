package dev.outpour.cli.bench;

import dev.outpour.cli.hub.HubAddress;
import io.vertx.core.Future;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.net.URI;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What all readers and publishers of one run share. Thread-safe.
 *
 * @param plan what is done
 * @param address where the hub is, looked up once, so that connections need not
 * @param topic what the names of the topics begin with: of this run alone
 * @param numbering which update goes where
 * @param issued what was sent
 * @param timeline when it is measured
 * @param data how an update looks
 */
record BenchRun(
    BenchPlan plan,
    InetAddress address,
    String topic,
    Numbering numbering,
    SentUpdates issued,
    MeasuredTime timeline,
    BenchPayload data) {

  static BenchRun of(BenchPlan plan) {
    Numbering numbering = Numbering.of(plan.topics(), plan.publishers());
    return new BenchRun(
        plan,
        plan.hub().lookUp(),
        "bench/" + Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36) + "/",
        numbering,
        new SentUpdates(numbering),
        new MeasuredTime(),
        new BenchPayload(plan.size()));
  }

  /** Connects to the hub; over TLS by its name, which its certificate has to have. */
  Future<NetSocket> connect(NetClient client) {
    HubAddress hub = plan.hub();
    return hub.isTls()
        ? client.connect(hub.port(), hub.host(), hub.host())
        : client.connect(hub.port(), address.getHostAddress());
  }

  /** A request's first lines: up to its own headers. */
  String head(String method, String path, int topicIndex) {
    URI base = plan.hub().base();
    String line =
        method + " " + base.getRawPath() + path + "?topic=" + topic + topicIndex + " HTTP/1.1\r\n";
    String token = plan.hub().token().map(it -> "Authorization: Bearer " + it + "\r\n").orElse("");
    return line + "Host: " + base.getRawAuthority() + "\r\n" + token;
  }
}

package dev.outpour.cli.bench;

import dev.outpour.cli.hub.HubAddress;
import io.vertx.core.Future;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.net.URI;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What all subscribers and publishers of one run share. Thread-safe.
 *
 * @param plan what is run
 * @param address the hub's address, looked up once for all connections
 * @param topic the prefix of the topics; no other run uses it
 * @param sent the updates sent so far
 * @param time when the measured time begins and ends
 * @param payload the form of an update's data
 */
record BenchRun(
    BenchPlan plan,
    InetAddress address,
    String topic,
    SentUpdates sent,
    MeasuredTime time,
    BenchPayload payload) {

  static BenchRun of(BenchPlan plan) {
    BenchPlan.Load load = plan.load();
    return new BenchRun(
        plan,
        plan.hub().lookUp(),
        "bench/" + Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36) + "/",
        new SentUpdates(Numbering.of(load.topics(), load.publishers())),
        new MeasuredTime(),
        new BenchPayload(load.size()));
  }

  Numbering numbering() {
    return sent.numbering();
  }

  /** Connects to the hub. TLS needs its name, since the certificate is checked against it. */
  Future<NetSocket> connect(NetClient client) {
    HubAddress hub = plan.hub();
    return hub.isTls()
        ? client.connect(hub.port(), hub.host(), hub.host())
        : client.connect(hub.port(), address.getHostAddress());
  }

  /** The first lines of a request, before its own headers. */
  String head(String method, String path, int topicIndex) {
    URI base = plan.hub().base();
    String line =
        method + " " + base.getRawPath() + path + "?topic=" + topic + topicIndex + " HTTP/1.1\r\n";
    String token = plan.hub().token().map(it -> "Authorization: Bearer " + it + "\r\n").orElse("");
    return line + "Host: " + base.getRawAuthority() + "\r\n" + token;
  }
}

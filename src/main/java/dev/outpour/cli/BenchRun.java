package dev.outpour.cli;

import java.util.concurrent.ThreadLocalRandom;

/**
 * What all readers and publishers of one run share. Thread-safe.
 *
 * @param plan what is done
 * @param topic what the names of the topics begin with: of this run alone
 * @param numbering which update goes where
 * @param issued what was sent
 * @param timeline when it is measured
 * @param data how an update looks
 */
record BenchRun(
    BenchPlan plan,
    String topic,
    Numbering numbering,
    Issued issued,
    Timeline timeline,
    BenchData data) {

  static BenchRun of(BenchPlan plan) {
    Numbering numbering = Numbering.of(plan.topics(), plan.publishers());
    return new BenchRun(
        plan,
        "bench/" + Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36) + "/",
        numbering,
        new Issued(numbering),
        new Timeline(),
        new BenchData(plan.size()));
  }

  /** A request's first lines: up to its own headers. */
  String head(String method, String path, int topicIndex) {
    HubAddress hub = plan.hub();
    String line =
        method + " " + hub.path() + path + "?topic=" + topic + topicIndex + " HTTP/1.1\r\n";
    String token = plan.token().map(it -> "Authorization: Bearer " + it + "\r\n").orElse("");
    return line + "Host: " + hub.authority() + "\r\n" + token;
  }
}

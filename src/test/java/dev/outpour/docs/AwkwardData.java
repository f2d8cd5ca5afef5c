package dev.outpour.docs;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One update that a careless program gets wrong: one that it splits, trims, unescapes, or mistakes
 * for a name of its own.
 *
 * @param event its name; null if it has none
 * @param isJson whether it is published as JSON; otherwise as text
 * @param data the payload
 */
record AwkwardData(@Nullable String event, boolean isJson, String data) {

  /** The table. Every sample must hand out all of it. */
  static List<AwkwardData> all() {
    List<AwkwardData> all = new ArrayList<>();
    for (String text :
        List.of(
            "",
            " ",
            "  leading and trailing  ",
            "\ttab\t",
            "trailing line end\n",
            "\n\ntwo on both sides\n\n",
            "\n",
            "lone\rCR",
            "CR\r\nLF",
            "all\r\r\n\n\rof them\r",
            "a\u2028b\u2029c\u0085d\u000be\ff",
            "\u2028",
            "\ufeffBOM",
            "\u0001\u001b[31m\u007f\u009b",
            "a\\nb\\tc\\0d\\\\e\\c",
            "\\",
            "trailing\\",
            "%s %d %% %n %",
            "-n",
            "-e",
            "-n -e -",
            "--",
            "'single' \"double\" `back`",
            "$HOME $(id) ${x:-y} `id` !! * ? ~ [a]",
            "; rm -rf / & | > x < y",
            "data: x",
            "data: x\ndata: y\n\nid: z-1\nevent: stolen\n",
            "id: z-2",
            "event: outpour.closing",
            "retry: 100000",
            ":",
            ": a comment",
            "HTTP/1.1 204 No Content",
            "status: 204",
            "{'",
            "no colon at all",
            "é ä € 😀 👩‍👩‍👧 e\u0301 \ud800\udc00",
            "null",
            "0",
            "x".repeat(200_000),
            "é😀\u2028".repeat(1000) + "\n" + "é".repeat(99_999),
            "1234567 ".repeat(128 * 1024 - 1))) {
      all.add(new AwkwardData(null, false, text));
    }
    for (String json : json()) {
      all.add(new AwkwardData(null, true, json));
    }
    for (String event :
        List.of(
            "0",
            "-n",
            " leading",
            "trailing ",
            "a b",
            "ä€😀",
            "\u2028",
            "%s\\n",
            "data: x",
            "outpour",
            "Outpour.x",
            "message",
            "null",
            "undefined",
            "*")) {
      all.add(new AwkwardData(event, false, "of " + event));
    }
    return all;
  }

  /** JSON texts for programs that publish; none is too long for an argument. */
  static List<String> json() {
    return List.of(
        "\"a\\nb\\r\\n\\tc\\\\n\\u0041\\/\"",
        "\"\\\\\"",
        "\"a\u2028b\u2029c\"",
        "\"\\u2028\\ud83d\\ude00\\u0000\"",
        "\"%s %n\"",
        "\"'`$HOME$(id)\"",
        "\"é😀\"",
        "\"@/etc/hostname\"",
        "[]",
        "{}",
        "[ 1 , 2 ]",
        "-1",
        "\"\"",
        "{\"n\": 12345678901234567890, \"f\": 0.10000000000000000001, \"e\": 1e400, \"z\": 1.0}",
        "{\"\": {}, \"0\": [], \"a\": null, \"a\": 1}",
        " {\n  \"spaced\": [\n    1\n  ]\n} ",
        "true",
        "0",
        "\"" + "x".repeat(100_000) + "\"");
  }

  String contentType() {
    return isJson ? "application/json" : "text/plain";
  }

  /** The data as Server-Sent Events deliver it: with LF as the only line end. */
  String delivered() {
    return data.replace("\r\n", "\n").replace('\r', '\n');
  }

  /** What a subscribing program prints of it. */
  String printed(String id) {
    return id + " " + (event == null ? "message" : event) + " " + delivered() + "\n";
  }

  @Override
  public String toString() {
    String shown = data.length() > 60 ? data.substring(0, 60) + "… " + data.length() : data;
    return (event == null ? "" : event + ": ") + shown;
  }
}

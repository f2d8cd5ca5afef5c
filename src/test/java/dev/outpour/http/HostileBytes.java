package dev.outpour.http;

import static dev.outpour.http.Hostile.answered;
import static dev.outpour.http.Hostile.refused;

import java.util.HexFormat;
import java.util.stream.Stream;

/** Requests that are malformed: their framing, headers or path. */
final class HostileBytes {

  private static final String HOST = "Host: localhost\r\n";

  private HostileBytes() {}

  private static String get(String path, String headers) {
    return "GET " + path + " HTTP/1.1\r\n" + headers + "\r\n";
  }

  private static String health(String headers) {
    return get("/health", HOST + headers);
  }

  private static String post(String headers, String body) {
    return "POST /update?topic=bytes HTTP/1.1\r\n" + HOST + headers + "\r\n" + body;
  }

  private static String chunked(String body) {
    return post("Transfer-Encoding: chunked\r\n", body);
  }

  private static String inVersion(String version) {
    return "GET /health " + version + "\r\n" + HOST + "\r\n";
  }

  static Stream<Hostile> cases() {
    return Stream.of(lengths(), codings(), headers(), lines(), sizes(), paths(), others())
        .flatMap(each -> each);
  }

  private static Stream<Hostile> lengths() {
    return Stream.of(
        refused(
            "length and coding",
            400,
            post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        refused("two lengths", 400, post("Content-Length: 1\r\nContent-Length: 2\r\n", "12")),
        refused("list of lengths", 400, post("Content-Length: 1, 1\r\n", "1")),
        refused("length with a sign", 400, post("Content-Length: +1\r\n", "1")),
        refused("length below zero", 400, post("Content-Length: -1\r\n", "1")),
        refused("length in hexadecimal", 400, post("Content-Length: 0x1\r\n", "1")),
        refused("empty length", 400, post("Content-Length: \r\n", "1")),
        refused("length in other digits", 400, post("Content-Length: \u0661\r\n", "1")),
        refused("length beyond numbers", 400, post("Content-Length: 99999999999999999999\r\n", "")),
        refused("length over the limit", 413, post("Content-Length: 20000000\r\n", "")),
        refused(
            "length over the limit, and asks before",
            413,
            post("Content-Length: 20000000\r\nExpect: 100-continue\r\n", "")),
        refused(
            "body that nobody reads",
            404,
            "POST /nothing HTTP/1.1\r\n" + HOST + "Content-Length: 9\r\n\r\n"));
  }

  private static Stream<Hostile> codings() {
    String one = "1\r\n1\r\n0\r\n\r\n";
    return Stream.of(
        refused("unknown coding", 400, post("Transfer-Encoding: xchunked\r\n", one)),
        refused("coding after chunked", 400, post("Transfer-Encoding: chunked, gzip\r\n", one)),
        refused("coding before chunked", 501, post("Transfer-Encoding: gzip, chunked\r\n", one)),
        refused(
            "two codings",
            400,
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", one)),
        refused("coding after a control", 400, post("Transfer-Encoding: \u000bchunked\r\n", one)),
        refused(
            "coding in HTTP/1.0",
            400,
            "POST /update HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + one),
        refused("size that is none", 400, chunked("zz\r\n1\r\n0\r\n\r\n")),
        refused("size below zero", 400, chunked("-1\r\n1\r\n0\r\n\r\n")),
        refused("size beyond numbers", 400, chunked("fffffffffffffffff\r\n1")),
        refused("size with a bare LF", 400, chunked("1\n1\r\n0\r\n\r\n")),
        refused("chunk longer than its size", 400, chunked("1\r\n12\r\n0\r\n\r\n")),
        refused("endless extension", 400, chunked("1;a=" + "b".repeat(20_000))),
        refused("endless trailers", 400, chunked("1\r\n1\r\n0\r\nA: " + "b".repeat(20_000))),
        refused("too much in chunks", 413, chunked("200000\r\n" + "1".repeat(0x200000))),
        answered("trailers", 200, chunked("1\r\n1\r\n0\r\nA: b\r\n\r\n")),
        answered("extension", 200, chunked("1;a=b\r\n1\r\n0\r\n\r\n")));
  }

  private static Stream<Hostile> headers() {
    return Stream.of(
        refused("space before the colon", 400, health("A : b\r\n")),
        refused("NUL in a value", 400, health("A: b\0c\r\n")),
        refused("CR in a value", 400, health("A: b\rc\r\n")),
        refused("no colon", 400, health("Abc\r\n")),
        refused("empty name", 400, health(": b\r\n")),
        refused("control in a name", 400, health("A\u0001: b\r\n")),
        refused("name outside ASCII", 400, health("\u00c4: b\r\n")),
        refused("first header goes on from nothing", 400, get("/health", " A: b\r\n" + HOST)),
        refused("no host", 400, get("/health", "")),
        refused("two hosts", 400, get("/health", HOST + "Host: evil.example\r\n")),
        refused("one host twice", 400, get("/health", HOST + "hOST: localhost\r\n")),
        refused("host with a path", 400, get("/health", "Host: localhost/x\r\n")),
        refused("host with a user", 400, get("/health", "Host: a@localhost\r\n")),
        refused("host with a space", 400, get("/health", "Host: local host\r\n")),
        answered("host of somebody else", 403, get("/health", "Host: evil.example\r\n")),
        refused(
            "two origins",
            400,
            post(
                "Content-Length: 1\r\nOrigin: http://localhost\r\nOrigin: http://evil.example\r\n",
                "1")),
        refused(
            "two types",
            400,
            post(
                "Content-Length: 1\r\nContent-Type: text/plain\r\n"
                    + "Content-Type: application/json\r\n",
                "1")),
        refused(
            "two keys",
            400,
            post("Content-Length: 1\r\nIdempotency-Key: a\r\nIdempotency-Key: b\r\n", "1")),
        refused("unknown expectation", 417, post("Content-Length: 1\r\nExpect: banana\r\n", "1")),
        refused("unknown expectation of a page", 417, health("Expect: banana\r\n")),
        refused(
            "compressed body", 415, post("Content-Length: 1\r\nContent-Encoding: gzip\r\n", "1")),
        refused("header in two lines", 400, health("A: b\r\n c\r\n")),
        refused("last header in two lines", 400, get("/health", HOST + "A: b\r\n\tc\r\n")),
        refused("header with a line of spaces", 400, health("A: b\r\n  \r\nC: d\r\n")),
        answered("space and tab around a value", 200, health("A: \t b \t\r\nC:\td\r\n")),
        answered(
            "body with indented lines", 200, post("Content-Length: 11\r\n", "[\r\n 1,\n\t2\n]")));
  }

  private static Stream<Hostile> lines() {
    return Stream.of(
        refused("version of the future", 505, inVersion("HTTP/9.9")),
        refused("version of HTTP/2", 505, inVersion("HTTP/2.0")),
        refused("version between", 505, inVersion("HTTP/1.2")),
        refused("another protocol", 505, inVersion("HTTQ/1.1")),
        refused("no version", 400, "GET /health\r\n\r\n"),
        refused("version that is none", 400, inVersion("x")),
        refused(
            "HTTP/2 as if agreed on", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"),
        refused("lines that end in LF alone", 400, "GET /health HTTP/1.1\nHost: localhost\n\n"),
        refused("no path", 400, "GET HTTP/1.1\r\n" + HOST + "\r\n"),
        refused("space in the path", 400, get("/a b", HOST)),
        refused("method with signs", 400, "G@T{ /health HTTP/1.1\r\n" + HOST + "\r\n"),
        refused("TRACE", 405, "TRACE /health HTTP/1.1\r\n" + HOST + "\r\n"),
        refused("CONNECT", 405, "CONNECT localhost:80 HTTP/1.1\r\n" + HOST + "\r\n"),
        answered("unknown method", 405, "FOO /update HTTP/1.1\r\n" + HOST + "\r\n"),
        new Hostile(
            "TLS",
            400,
            true,
            HexFormat.of().parseHex("16030100c8010000c40303" + "01".repeat(180) + "0a0a")));
  }

  private static Stream<Hostile> sizes() {
    return Stream.of(
        refused("long path", 414, get("/" + "a".repeat(9_000), HOST)),
        refused("long header", 431, health("A: " + "a".repeat(17_000) + "\r\n")),
        refused("many headers", 431, health("A: bcdefghijkl\r\n".repeat(1_500))),
        refused("nothing but line ends", 414, "\r\n".repeat(10_000)));
  }

  private static Stream<Hostile> paths() {
    Stream<Hostile> outside =
        Stream.of(
                "/..;/pom.xml",
                "/%252e%252e/pom.xml",
                "/index.html;x",
                "/index.html%00",
                "/%00",
                "/.git/config")
            .map(path -> answered("path " + path, 404, get(path, HOST)));
    Stream<Hostile> odd =
        Stream.of(
                "/../pom.xml",
                "/..%2fpom.xml",
                "/..%5cpom.xml",
                "/..\\pom.xml",
                "/%2e%2e/pom.xml",
                "//pom.xml",
                "/css/../../pom.xml",
                "/\u0001",
                "/%2egit/config",
                "/%",
                "/%zz",
                "/%4",
                "/a%c3%")
            .map(path -> refused("path " + path, 400, get(path, HOST)));
    return Stream.concat(outside, odd);
  }

  private static Stream<Hostile> others() {
    return Stream.of(
        answered(
            "upgrade to HTTP/2",
            200,
            health(
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                    + "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n")),
        answered(
            "upgrade to a web socket",
            200,
            health(
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")),
        answered("range of a page", 200, get("/", HOST + "Range: bytes=0-1,3-4,5-6\r\n")),
        answered(
            "range beyond numbers", 200, get("/", HOST + "Range: bytes=99999999999999999999-\r\n")),
        answered("date that is none", 200, get("/", HOST + "If-Modified-Since: banana\r\n")));
  }
}

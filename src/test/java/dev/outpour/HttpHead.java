package dev.outpour;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The head of an answer in HTTP/1.1, read strictly.
 *
 * @param status its status
 * @param headers by name in any case; duplicate names are rejected
 */
public record HttpHead(int status, Map<String, String> headers) {

  /** The value of a header; null if there is none. */
  public String header(String name) {
    return headers.get(name);
  }

  /** Whether the body is chunked. */
  public boolean isChunked() {
    return "chunked".equals(header("Transfer-Encoding"));
  }

  /** Reads up to the empty line, and no byte more. */
  public static HttpHead read(InputStream in) throws IOException {
    String[] status = line(in).split(" ", 3);
    if (!status[0].equals("HTTP/1.1")) {
      throw new IOException("Not a status line: " + String.join(" ", status));
    }
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon < 1
          || headers.put(line.substring(0, colon), line.substring(colon + 1).strip()) != null) {
        throw new IOException("Not a header, or there twice: " + line);
      }
    }
    return new HttpHead(Integer.parseInt(status[1]), headers);
  }

  /** A line without its CRLF. */
  static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\r'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("The connection ended in the line '" + line + "'");
      }
      line.write(b);
    }
    if (in.read() != '\n') {
      throw new IOException("A CR without LF after '" + line + "'");
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  /** A request's head, with the empty line that ends it. */
  public static byte[] request(String method, String target, List<String> headers) {
    Stream<String> lines =
        Stream.concat(Stream.of(method + " " + target + " HTTP/1.1"), headers.stream());
    return lines
        .reduce("", (head, line) -> head + line + "\r\n")
        .concat("\r\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}

package dev.outpour.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of HTTP/1.1, however they are framed and cut. */
class ResponseParserTest {

  /** What was told, with the parts of a body as one. */
  private static final class Told implements ResponseParser.Sink {
    private final List<String> words = new ArrayList<>();
    private StringBuilder body = new StringBuilder();

    @Override
    public void head(int status) {
      words.add("" + status);
      body = new StringBuilder();
    }

    @Override
    public void body(byte[] bytes, int from, int to) {
      body.append(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void end() {
      words.add(body.toString());
    }
  }

  private static Told read(String text, int cut) throws ProtocolException {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    Told told = new Told();
    ResponseParser parser = new ResponseParser(told);
    parser.feed(bytes, 0, cut);
    parser.feed(bytes, cut, bytes.length);
    return told;
  }

  private static void assertTold(String text, String... words) throws ProtocolException {
    for (int cut = 0; cut <= text.length(); cut++) {
      assertThat(read(text, cut).words).as("cut at %d", cut).containsExactly(words);
    }
  }

  @Test
  void chunksAreOneBodyWhateverStandsAroundThem() throws ProtocolException {
    assertTold(
        "HTTP/1.1 200 OK\r\nTRANSFER-encoding: chunked\r\n\r\n"
            + "4\r\nid: \r\n09;note=\"x\"\r\n\r\n4\r\nabcd\r\n2 \r\n\n\n\r\n0\r\nTrailer: 1\r\n\r\n"
            + "HTTP/1.1 204 No Content\r\n\r\n",
        "200",
        "id: \r\n4\r\nabcd\n\n",
        "204",
        "");
  }

  @Test
  void oneAnswerFollowsAnother() throws ProtocolException {
    assertTold(
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
            + "HTTP/1.1 204 No Content\r\n\r\n"
            + "HTTP/1.1 503 Service Unavailable\r\ncontent-length:0\r\n\r\n"
            + "HTTP/1.1 200 \r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "200",
        "abc",
        "204",
        "",
        "503",
        "",
        "200",
        "");
  }

  @Test
  void interimAnswerIsNone() throws ProtocolException {
    assertTold(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", "200", "x");
  }

  @Test
  void bodyWithoutLengthGoesOnUntilTheConnectionIsClosed() throws ProtocolException {
    Told told = read("HTTP/1.0 200 OK\r\n\r\ndata: 1\n\n", 3);

    assertThat(told.words).containsExactly("200");
    assertThat(told.body).hasToString("data: 1\n\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.2p1\r\n",
        "HTTP/1.1 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nid: 1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"
      })
  void whatIsNotHttpIsSaid(String text) {
    assertThatThrownBy(() -> read(text, 2)).isInstanceOf(ProtocolException.class);
  }
}

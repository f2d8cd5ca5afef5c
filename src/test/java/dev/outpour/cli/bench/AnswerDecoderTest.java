package dev.outpour.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of HTTP/1.1, however they are framed and split. */
class AnswerDecoderTest {

  /** What the sink received, with the parts of a body joined. */
  private static final class Received implements AnswerDecoder.Sink {
    private final List<String> answers = new ArrayList<>();
    private StringBuilder body = new StringBuilder();
    private boolean isMalformed;

    @Override
    public void head(int status) {
      answers.add("" + status);
      body = new StringBuilder();
    }

    @Override
    public void body(byte[] bytes, int from, int to) {
      body.append(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void end() {
      answers.add(body.toString());
    }

    @Override
    public void malformed() {
      isMalformed = true;
    }
  }

  private static Received read(String text, int cut) {
    ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    Received received = new Received();
    EmbeddedChannel channel =
        new EmbeddedChannel(AnswerDecoder.http(), new AnswerDecoder(received));
    channel.writeInbound(bytes.readRetainedSlice(cut), bytes);
    channel.finishAndReleaseAll();
    return received;
  }

  private static void assertReceived(String text, String... answers) {
    for (int cut = 0; cut <= text.length(); cut++) {
      assertThat(read(text, cut).answers).as("cut at %d", cut).containsExactly(answers);
    }
  }

  @Test
  void chunksAreOneBodyWhateverSurroundsThem() {
    assertReceived(
        "HTTP/1.1 200 OK\r\nTRANSFER-encoding: chunked\r\n\r\n"
            + "4\r\nid: \r\n09;note=\"x\"\r\n\r\n4\r\nabcd\r\n2 ;a\r\n\n\n\r\n0\r\nTrailer: 1\r\n\r\n"
            + "HTTP/1.1 204 No Content\r\n\r\n",
        "200",
        "id: \r\n4\r\nabcd\n\n",
        "204",
        "");
  }

  @Test
  void oneAnswerFollowsAnother() {
    assertReceived(
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
  void interimAnswerIsSkipped() {
    assertReceived(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", "200", "x");
  }

  @Test
  void bodyWithoutLengthLastsUntilTheConnectionCloses() {
    Received received = read("HTTP/1.0 200 OK\r\n\r\ndata: 1\n\n", 3);

    assertThat(received.answers).containsExactly("200");
    assertThat(received.body).hasToString("data: 1\n\n");
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
  void bytesThatAreNotHttpAreMalformed(String text) {
    assertThat(read(text, 2).isMalformed).isTrue();
  }
}

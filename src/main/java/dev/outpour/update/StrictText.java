package dev.outpour.update;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.async.NonBlockingJsonParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Checks that bytes are what they are said to be, and leaves them untouched.
 *
 * <p>JSON is one text by RFC 8259, in UTF-8 without a byte order mark, at most 1,000 levels deep
 * and with numbers of at most 1,000 digits. Nothing is decoded further: duplicate names, unpaired
 * surrogates in escapes and numbers of any size are the publisher's own.
 */
public final class StrictText {

  private static final JsonFactory JSON = new JsonFactory();
  private static final byte BYTE_ORDER_MARK = (byte) 0xEF;

  private StrictText() {}

  /**
   * Checks for UTF-8.
   *
   * @throws RefusedException with status 400 if it is not UTF-8
   */
  public static void checkUtf8(Buffer data) {
    ByteBuf bytes = ((BufferInternal) data).getByteBuf();
    if (!ByteBufUtil.isText(bytes, StandardCharsets.UTF_8)) {
      throw Refusal.badRequest("The data is not valid UTF-8: encode it as such").asException();
    }
  }

  /**
   * Checks for JSON.
   *
   * @throws RefusedException with status 400 if it is not one JSON text
   */
  public static void checkJson(Buffer data) {
    if (data.length() == 0) {
      throw Refusal.badRequest(
              "The body is empty: send JSON, or text with -H 'Content-Type: text/plain'")
          .asException();
    }
    checkUtf8(data);
    if (data.getByte(0) == BYTE_ORDER_MARK) {
      throw Refusal.badRequest("The JSON begins with a byte order mark: remove it").asException();
    }
    // The space ends a number that stands alone; without it the parser takes "1." for one.
    byte[] bytes = Arrays.copyOf(data.getBytes(), data.length() + 1);
    bytes[data.length()] = ' ';
    try (NonBlockingJsonParser parser =
        (NonBlockingJsonParser) JSON.createNonBlockingByteArrayParser()) {
      checkTokens(parser, bytes);
    } catch (JsonParseException e) {
      throw malformed(e.getOriginalMessage(), e.getLocation());
    } catch (StreamConstraintsException e) {
      // It knows no place.
      throw Refusal.badRequest(
              "The JSON goes too far: at most 1,000 levels deep, numbers of at most 1,000 digits,"
                  + " names of at most 50,000 characters")
          .asException();
    } catch (IOException e) {
      throw Refusal.badRequest("The body is not JSON").asException();
    }
  }

  private static void checkTokens(NonBlockingJsonParser parser, byte[] bytes) throws IOException {
    ByteArrayFeeder feeder = parser.getNonBlockingInputFeeder();
    feeder.feedInput(bytes, 0, bytes.length);
    feeder.endOfInput();
    int depth = 0;
    int values = 0;
    JsonToken token = next(parser);
    for (; token != null; token = next(parser)) {
      if (token == JsonToken.NOT_AVAILABLE) {
        throw Refusal.badRequest("The JSON ends before it is complete").asException();
      }
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      }
      if (depth == 0 && ++values > 1) {
        throw Refusal.badRequest("There is more after the JSON: send one JSON text").asException();
      }
    }
    if (values != 1) {
      throw Refusal.badRequest("The JSON ends before it is complete").asException();
    }
  }

  /** At the end of the input the parser first has nothing, and then says what that means. */
  private static @Nullable JsonToken next(NonBlockingJsonParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    return token == JsonToken.NOT_AVAILABLE ? parser.nextToken() : token;
  }

  private static RefusedException malformed(String message, JsonLocation location) {
    String first = message.lines().findFirst().orElse("malformed");
    return Refusal.badRequest(
            "Not valid JSON at line "
                + location.getLineNr()
                + ", column "
                + location.getColumnNr()
                + ": "
                + first)
        .asException();
  }
}

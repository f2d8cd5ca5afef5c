package dev.outpour.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Checks that a payload is UTF-8 or JSON, without changing it.
 *
 * <p>JSON is one text by RFC 8259, in UTF-8 without a byte order mark, with at most 1,000 levels
 * and numbers of at most 1,000 digits. Nothing is decoded: duplicate names, unpaired surrogates in
 * escapes and numbers of any size are allowed.
 */
public final class PayloadCheck {

  private static final int MOST_LEVELS = 1_000;
  private static final int MOST_DIGITS = 1_000;

  /** Allows texts and names of any length, and caches no names. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MOST_LEVELS)
                  .maxNumberLength(MOST_DIGITS)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final byte BYTE_ORDER_MARK = (byte) 0xEF;
  private static final int ENCODING_BYTES = 4;

  private PayloadCheck() {}

  /**
   * Checks for UTF-8.
   *
   * @throws RefusedException with status 400 if it is not UTF-8
   */
  public static void checkUtf8(Buffer data) {
    ByteBuf bytes = ((BufferInternal) data).getByteBuf();
    if (!ByteBufUtil.isText(bytes, StandardCharsets.UTF_8)) {
      throw Refusal.badRequest("The data is not valid UTF-8: encode it as UTF-8").asException();
    }
  }

  /**
   * Checks for JSON.
   *
   * @throws RefusedException with status 400 if it is not one JSON text
   */
  public static void checkJson(Buffer data) {
    checkJson(data, 1);
  }

  /**
   * Checks a line for JSON.
   *
   * @param line its number, for the message of a refusal
   * @throws RefusedException with status 400 if it is not one JSON text
   */
  public static void checkJson(Buffer data, long line) {
    if (data.length() == 0) {
      throw Refusal.badRequest(
              "The body is empty: send JSON, or text with -H 'Content-Type: text/plain'")
          .asException();
    }
    checkUtf8(data);
    checkBeginning(data);
    try (JsonParser parser = parser(data)) {
      checkTokens(parser);
    } catch (JsonParseException e) {
      JsonFault fault = JsonFault.of(e).inLine(line);
      throw Refusal.badRequest("Not valid JSON at " + fault.place() + ": " + fault.words())
          .asException();
    } catch (StreamConstraintsException e) {
      throw Refusal.badRequest(
              "The JSON is deeper than "
                  + MOST_LEVELS
                  + " levels or has a number of more than "
                  + MOST_DIGITS
                  + " digits: send it as text/plain, or in another form")
          .asException();
    } catch (IOException e) {
      throw Refusal.badRequest("The body is not JSON: check its first characters").asException();
    }
  }

  private static JsonParser parser(Buffer data) throws IOException {
    ByteBuf bytes = ((BufferInternal) data).getByteBuf();
    int length = bytes.readableBytes();
    return bytes.hasArray()
        ? JSON.createParser(bytes.array(), bytes.arrayOffset() + bytes.readerIndex(), length)
        : JSON.createParser(ByteBufUtil.getBytes(bytes), 0, length);
  }

  /**
   * Rejects what the parser does not take for UTF-8. It detects the encoding from the first bytes.
   */
  private static void checkBeginning(Buffer data) {
    if (data.getByte(0) == BYTE_ORDER_MARK) {
      throw Refusal.badRequest("The JSON starts with a byte order mark: remove it").asException();
    }
    for (int i = 0; i < Math.min(ENCODING_BYTES, data.length()); i++) {
      if (data.getByte(i) == 0) {
        throw Refusal.badRequest("The JSON has a NUL: encode it as UTF-8").asException();
      }
    }
  }

  private static void checkTokens(JsonParser parser) throws IOException {
    if (parser.nextToken() == null) {
      throw Refusal.badRequest("The JSON ends before it is complete").asException();
    }
    parser.skipChildren();
    if (parser.nextToken() != null) {
      throw Refusal.badRequest(
              "There is more after the JSON: send one JSON text, or lines as application/x-ndjson")
          .asException();
    }
  }
}

package dev.outpour.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A syntax error in a JSON text, explained to its author. The messages of the parser name its own
 * options and parts. Immutable.
 *
 * @param line the line, counted from 1
 * @param column the column, counted from 1
 * @param words the error and its remedy
 */
public record JsonFault(long line, int column, String words) {

  private static final Pattern CHARACTER =
      Pattern.compile("^Unexpected character \\('(.)' \\(", Pattern.DOTALL);
  private static final Pattern QUOTED = Pattern.compile("'([^']*)'");
  private static final Pattern OPENED =
      Pattern.compile("close marker for (Object|Array) .*line: (\\d+), column: (\\d+)");

  /** Explains an exception of Jackson. */
  public static JsonFault of(JsonProcessingException thrown) {
    String message = String.valueOf(thrown.getOriginalMessage());
    var location = thrown.getLocation();
    return location == null
        ? new JsonFault(1, 1, words(message))
        : new JsonFault(location.getLineNr(), location.getColumnNr(), words(message));
  }

  /** The same fault, if the text is itself a line of another text. */
  JsonFault inLine(long number) {
    return new JsonFault(line + number - 1, column, words);
  }

  /** The line and the column, for a message. */
  public String place() {
    return "line " + line + ", column " + column;
  }

  private static String words(String message) {
    if (message.startsWith("Unexpected end-of-input")) {
      return incomplete(message);
    }
    if (message.startsWith("Duplicate ")) {
      return "'" + quoted(message) + "' occurs twice: remove one";
    }
    if (message.startsWith("Unrecognized token") || message.startsWith("Non-standard token")) {
      return "'"
          + quoted(message)
          + "' is not JSON: put texts in double quotes; the only other words are true, false and"
          + " null";
    }
    if (message.startsWith("Invalid numeric value: Leading zero")) {
      return "a number must not start with 0: remove the 0, or make it a text";
    }
    if (message.startsWith("Illegal unquoted character")) {
      return "a text has a line end, a tab or another control character: write it as \\n, \\t or"
          + " \\u and four digits";
    }
    if (message.startsWith("Unrecognized character escape")) {
      return "'\\" + quoted(message) + "' is not an escape: write \\\\ for a backslash";
    }
    if (message.startsWith("Unexpected close marker")) {
      return "'" + quoted(message) + "' closes nothing: remove it, or correct what precedes it";
    }
    if (message.startsWith("Illegal character")) {
      return "a control character: remove it";
    }
    Matcher character = CHARACTER.matcher(message);
    return character.find()
        ? unexpected("'" + character.group(1) + "'", message)
        : "this is not JSON";
  }

  private static String incomplete(String message) {
    Matcher opened = OPENED.matcher(message);
    return opened.find()
        ? "the text ends before '%s' of line %s, column %s is closed"
            .formatted(
                opened.group(1).equals("Object") ? "{" : "[", opened.group(2), opened.group(3))
        : "the text ends before it is complete";
  }

  private static String unexpected(String found, String message) {
    if (message.contains("double-quote to start")) {
      return found.equals("'}'")
          ? "no member follows the ',': remove the ','"
          : "expected a name in double quotes instead of " + found;
    }
    if (message.contains("a colon")) {
      return "expected a ':' after the name instead of " + found;
    }
    if (message.contains("comma to separate")) {
      return "expected a ',' or the end instead of " + found;
    }
    if (message.contains("hex-digit")) {
      return "expected four hexadecimal digits after \\u instead of " + found;
    }
    if (message.contains("comment")) {
      return found + " starts no value, and JSON has no comments: remove it";
    }
    if (message.contains("plus sign")) {
      return "a number must not start with '+': remove it";
    }
    if (message.contains("numeric value")) {
      return "expected a digit instead of " + found;
    }
    return "expected a value instead of " + found;
  }

  private static String quoted(String message) {
    Matcher quoted = QUOTED.matcher(message);
    return quoted.find() ? quoted.group(1) : "";
  }
}

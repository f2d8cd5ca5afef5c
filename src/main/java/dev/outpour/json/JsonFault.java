package dev.outpour.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is wrong with a JSON text, and where, in words for its author. The parser's own messages
 * name switches of the parser and parts of it. Immutable; it may be used from any thread.
 *
 * @param line of the text, the first is 1
 * @param column in that line, the first is 1
 * @param words what is wrong, and what to change
 */
public record JsonFault(long line, int column, String words) {

  private static final Pattern CHARACTER =
      Pattern.compile("^Unexpected character \\('(.)' \\(", Pattern.DOTALL);
  private static final Pattern QUOTED = Pattern.compile("'([^']*)'");
  private static final Pattern OPENED =
      Pattern.compile("close marker for (Object|Array) .*line: (\\d+), column: (\\d+)");

  /** Of what a parser of Jackson threw. */
  public static JsonFault of(JsonProcessingException thrown) {
    String message = String.valueOf(thrown.getOriginalMessage());
    var location = thrown.getLocation();
    return location == null
        ? new JsonFault(1, 1, words(message))
        : new JsonFault(location.getLineNr(), location.getColumnNr(), words(message));
  }

  /** The same, of a text that is itself a line of another. */
  JsonFault inLine(long number) {
    return new JsonFault(line + number - 1, column, words);
  }

  /** Where it is. */
  public String place() {
    return "line " + line + ", column " + column;
  }

  private static String words(String message) {
    if (message.startsWith("Unexpected end-of-input")) {
      return incomplete(message);
    }
    if (message.startsWith("Duplicate ")) {
      return "'" + quoted(message) + "' is given twice, remove one";
    }
    if (message.startsWith("Unrecognized token") || message.startsWith("Non-standard token")) {
      return "'"
          + quoted(message)
          + "' is not JSON: a text needs double quotes, and the only words are true, false and"
          + " null";
    }
    if (message.startsWith("Invalid numeric value: Leading zero")) {
      return "a number does not begin with 0, write it without, or as a text";
    }
    if (message.startsWith("Illegal unquoted character")) {
      return "a text has a line end, a tab or another control character, write it as \\n, \\t or"
          + " \\u and four digits";
    }
    if (message.startsWith("Unrecognized character escape")) {
      return "'\\" + quoted(message) + "' is no escape, write \\\\ for a backslash";
    }
    if (message.startsWith("Unexpected close marker")) {
      return "'"
          + quoted(message)
          + "' closes nothing that is open, remove it or mend what is before";
    }
    if (message.startsWith("Illegal character")) {
      return "a control character, remove it";
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
          ? "a member has to follow the ',', remove the ','"
          : found + " where a name in double quotes has to be";
    }
    if (message.contains("a colon")) {
      return found + " where the ':' behind a name has to be";
    }
    if (message.contains("comma to separate")) {
      return found + " where a ',' or the end has to be";
    }
    if (message.contains("hex-digit")) {
      return found + " where one of the four hexadecimal digits of \\u has to be";
    }
    if (message.contains("comment")) {
      return found + " begins no value, and JSON has no comments";
    }
    if (message.contains("plus sign")) {
      return "a number does not begin with '+', remove it";
    }
    if (message.contains("numeric value")) {
      return found + " where a digit has to be";
    }
    return found + " where a value has to be";
  }

  private static String quoted(String message) {
    Matcher quoted = QUOTED.matcher(message);
    return quoted.find() ? quoted.group(1) : "";
  }
}

package dev.outpour.auth;

import dev.outpour.loop.PerVertx;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * The operator's token of a hub without keys, and its file.
 *
 * <p>Each Vert.x creates one token, valid until it closes. Only the user of the hub can read the
 * file. Methods that use the file block. Any thread may call this class.
 */
public final class OperatorToken {

  private static final int BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private OperatorToken() {}

  /** The token of a Vert.x, created at the first call. */
  public static String of(Vertx vertx) {
    return PerVertx.get(vertx, OperatorToken.class, () -> random());
  }

  private static String random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Compares in constant time. */
  static boolean isSame(String token, String other) {
    return MessageDigest.isEqual(
        token.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  /** The file in a folder for the hub that listens on a port. */
  public static Path file(Path folder, int port) {
    return folder.resolve("operator-" + port + ".token");
  }

  /** Writes a token to a file. It replaces one that a killed hub left there. */
  public static void write(Path file, String token) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    // A temporary file is private from its creation on.
    Path written = Files.createTempFile(folder, ".operator", ".token");
    try {
      Files.writeString(written, token + "\n");
      Files.move(
          written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(written);
    }
  }

  /** The token in a file, if the file can be read. */
  public static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Removes a file, unless it has the token of another hub by now. */
  public static void remove(Path file, String token) throws IOException {
    if (read(file).filter(token::equals).isPresent()) {
      Files.deleteIfExists(file);
    }
  }
}

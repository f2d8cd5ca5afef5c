package dev.outpour.auth;

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
 * The secret of whoever operates a hub without keys, and the file that it is kept in.
 *
 * <p>Each Vert.x makes one, which opens its hub's doors for operators until it ends. The file is
 * for its user alone; what has to do with it blocks. Any thread may call it.
 */
public final class OperatorToken {

  private static final int BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private OperatorToken() {}

  /** That of a Vert.x, which is made when it is asked for first. */
  public static String of(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, String>getLocalMap("outpour.operator")
        .computeIfAbsent("token", first -> random());
  }

  private static String random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Compares in a time that tells nothing. */
  static boolean isSame(String token, String brought) {
    return MessageDigest.isEqual(
        token.getBytes(StandardCharsets.UTF_8), brought.getBytes(StandardCharsets.UTF_8));
  }

  /** Where the one of a hub that listens on a port lies in a folder. */
  public static Path file(Path folder, int port) {
    return folder.resolve("operator-" + port + ".token");
  }

  /** Puts one into a file of its own, in the place of what a hub has left that was killed. */
  public static void write(Path file, String token) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    // Nobody else may read it, from its first moment on.
    Path written = Files.createTempFile(folder, ".operator", ".token");
    try {
      Files.writeString(written, token + "\n");
      Files.move(
          written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(written);
    }
  }

  /** What a file holds, if it can be read. */
  public static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Removes a file, unless it holds the token of another hub by now. */
  public static void remove(Path file, String token) throws IOException {
    if (read(file).filter(token::equals).isPresent()) {
      Files.deleteIfExists(file);
    }
  }
}

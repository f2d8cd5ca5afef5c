package dev.outpour.clients;

import dev.outpour.Installed;
import dev.outpour.TestTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A third-party library; {@code src/test/clients} has the program that uses it. */
enum Library {
  LD_GO("ld-go", Language.GO, true),
  TMAXMAX("tmaxmax", Language.GO, true),
  DONOVAN("donovan", Language.GO, true),
  R3LABS("r3labs", Language.GO, false),
  LD_RUST("ld-rust", Language.RUST, true),
  RQ_ES("rq-es", Language.RUST, true),
  ES_STREAM("es-stream", Language.RUST, true),
  SSE_CODEC("sse-codec", Language.RUST, true),
  SSE_CLIENT("sse-client", Language.RUST, false),
  HTTPX_SSE("httpx-sse", Language.PYTHON, true),
  SSECLIENT_PY("sseclient-py", Language.PYTHON, true),
  LD_PY("ld-py", Language.PYTHON, true),
  REQUESTS_SSE("requests-sse", Language.PYTHON, false),
  SSECLIENT("sseclient", Language.PYTHON, false),
  AIOHTTP2("aiohttp2", Language.PYTHON, false),
  OPENAI("openai", Language.PYTHON, false),
  ANTHROPIC("anthropic", Language.PYTHON, false);

  private enum Language {
    GO,
    RUST,
    PYTHON
  }

  private final String name;
  private final Language language;

  /** Whether it must lose nothing; docs/how-to/with-a-library.md says what the others lose. */
  private final boolean isSound;

  Library(String name, Language language, boolean isSound) {
    this.name = name;
    this.language = language;
    this.isSound = isSound;
  }

  /** The libraries to test: those that lose nothing, or all with {@code -Dclients=all}. */
  static List<Library> chosen() {
    boolean all = System.getProperty("clients", "").equals("all");
    boolean hasGo = Files.exists(TestTools.need("clients-go").resolve("bin/follow"));
    if (!hasGo) {
      System.out.println("The Go libraries are not tested: they need a newer Go");
    }
    return Arrays.stream(values())
        .filter(one -> all || one.isSound)
        .filter(one -> hasGo || one.language != Language.GO)
        .toList();
  }

  boolean isSound() {
    return isSound;
  }

  /** Starts to follow an address; it prints each update as a line of a file. */
  Process follow(String address, Path output) throws IOException {
    List<String> command = new ArrayList<>();
    ProcessBuilder builder = new ProcessBuilder();
    if (language == Language.PYTHON) {
      String tool = isSound ? "clients-python" : "clients-python-all";
      command.add(Installed.need("python3", "python3").toString());
      command.add("src/test/clients/follow.py");
      builder.environment().put("PYTHONPATH", TestTools.need(tool).toString());
    } else {
      String tool = language == Language.GO ? "clients-go" : "clients-rust";
      command.add(TestTools.need(tool).resolve("bin/follow").toString());
    }
    command.addAll(List.of(name, address));
    Process process =
        builder
            .command(command)
            .redirectOutput(output.toFile())
            .redirectError(Path.of(output + ".err").toFile())
            .start();
    process.getOutputStream().close();
    return process;
  }
}

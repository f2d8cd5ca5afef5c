package dev.outpour;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;

/** Sends the request of a subscriber over its own connection, and reads the response. */
interface SseTransport {

  /** A body without its framing. */
  interface Body {
    /** Reads some bytes; -1 after a proper end. Fails if the body was cut off. */
    int read(byte[] buffer) throws IOException;
  }

  /** Waits for the response. */
  HttpHead head() throws IOException;

  /** The body of a stream. */
  Body body();

  /** The whole body of an error response. */
  byte[] whole(HttpHead head) throws IOException;

  /** Resets the connection. */
  void reset();

  /** Closes the connection. */
  void close();

  /** HTTP/1.1 over a socket, with TLS or without. */
  final class Http1 implements SseTransport {
    private final Socket socket;
    private final InputStream in;

    Http1(
        int port,
        String target,
        List<String> headers,
        String source,
        int receiveBuffer,
        SSLContext tls) {
      try {
        socket = tls == null ? new Socket() : tls.getSocketFactory().createSocket();
        if (receiveBuffer > 0) {
          socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.bind(source == null ? null : new InetSocketAddress(source, 0));
        socket.connect(new InetSocketAddress("localhost", port), (int) Await.LONG.toMillis());
        socket.getOutputStream().write(HttpHead.request("GET", target, headers));
        in = new BufferedInputStream(socket.getInputStream(), 4_096);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public HttpHead head() throws IOException {
      return HttpHead.read(in);
    }

    @Override
    public Body body() {
      return new ChunkedBody(in)::read;
    }

    @Override
    public byte[] whole(HttpHead head) throws IOException {
      String length = head.header("Content-Length");
      return in.readNBytes(length == null ? 0 : Integer.parseInt(length));
    }

    @Override
    public void reset() {
      try {
        socket.setSoLinger(true, 0);
      } catch (IOException e) {
        // It was closed before.
      }
      close();
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** HTTP/2 over TLS, by the client of the JDK. */
  final class Http2 implements SseTransport {
    private final CompletableFuture<HttpResponse<InputStream>> response;

    Http2(int port, String target, List<String> headers, SSLContext tls) {
      // Each client has its own connection.
      response =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_2)
              .sslContext(tls)
              .build()
              .sendAsync(request(port, target, headers), BodyHandlers.ofInputStream());
    }

    private static HttpRequest request(int port, String target, List<String> headers) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("https://localhost:" + port + target));
      for (String header : headers) {
        int colon = header.indexOf(':');
        request.header(header.substring(0, colon), header.substring(colon + 1).strip());
      }
      return request.build();
    }

    /** Whether the client sends this request, even if it is invalid. */
    static boolean maySend(String target, List<String> headers) {
      try {
        return request(1, target, headers) != null;
      } catch (IllegalArgumentException e) {
        return false;
      }
    }

    private HttpResponse<InputStream> response() throws IOException {
      try {
        return response.join();
      } catch (CompletionException | CancellationException e) {
        throw new IOException(e);
      }
    }

    @Override
    public HttpHead head() throws IOException {
      HttpResponse<InputStream> answer = response();
      if (answer.version() != HttpClient.Version.HTTP_2) {
        throw new AssertionError("Answered in " + answer.version());
      }
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      answer
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (values.size() > 1) {
                  throw new AssertionError(name + " is there twice: " + values);
                }
                headers.put(name, values.get(0));
              });
      return new HttpHead(answer.statusCode(), headers);
    }

    @Override
    public Body body() {
      return buffer -> response().body().read(buffer);
    }

    @Override
    public byte[] whole(HttpHead head) throws IOException {
      return response().body().readAllBytes();
    }

    @Override
    public void reset() {
      close();
    }

    @Override
    public void close() {
      if (!response.cancel(true) && !response.isCompletedExceptionally()) {
        try {
          response.join().body().close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}

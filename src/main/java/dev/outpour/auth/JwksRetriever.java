package dev.outpour.auth;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the JWK set of a key server. It blocks until the response is complete or times out. It
 * follows no redirect, and rejects a response that is too long. Any thread may call it.
 */
final class JwksRetriever implements ResourceRetriever {

  private static final int OK = 200;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final long mostMillis;
  private final int mostBytes;

  JwksRetriever(long mostMillis, int mostBytes) {
    this.mostMillis = mostMillis;
    this.mostBytes = mostBytes;
  }

  @Override
  public Resource retrieveResource(URL url) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url.toString()))
            .header("Accept", "application/jwk-set+json, application/json")
            .build();
    CompletableFuture<HttpResponse<byte[]>> response =
        client.sendAsync(request, head -> new Bounded(mostBytes));
    try {
      HttpResponse<byte[]> whole = response.get(mostMillis, TimeUnit.MILLISECONDS);
      if (whole.statusCode() != OK) {
        throw new IOException("it responseed with status " + whole.statusCode());
      }
      String type = whole.headers().firstValue("Content-Type").orElse(null);
      return new Resource(new String(whole.body(), StandardCharsets.UTF_8), type);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new IOException("its response was not complete after " + mostMillis + " ms", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the hub stops");
    } finally {
      boolean unused = response.cancel(true);
    }
  }

  /** Collects a response up to a number of bytes. */
  private static final class Bounded implements BodySubscriber<byte[]> {

    private final BodySubscriber<byte[]> all = BodySubscribers.ofByteArray();
    private final int mostBytes;
    private @Nullable Subscription subscription;
    private long bytes;

    Bounded(int mostBytes) {
      this.mostBytes = mostBytes;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return all.getBody();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      this.subscription = subscription;
      all.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      bytes += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
      if (bytes <= mostBytes) {
        all.onNext(buffers);
      } else if (subscription != null) {
        subscription.cancel();
        all.onError(new IOException("its response is longer than " + mostBytes + " bytes"));
      }
    }

    @Override
    public void onError(Throwable failure) {
      all.onError(failure);
    }

    @Override
    public void onComplete() {
      all.onComplete();
    }
  }
}

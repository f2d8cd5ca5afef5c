package dev.outpour.history.sqlite;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Wraps a connection and everything it creates, and makes one call fail: the one with a number, or
 * one with a text as argument. Thread-safe.
 */
public final class FailingConnection {

  /** Supplies the failure of a call; null lets the call continue. */
  private final Callable<@Nullable Throwable> failure;

  private long countdown;
  private boolean after;
  private @Nullable String text;
  private int times;

  public FailingConnection(Callable<@Nullable Throwable> failure) {
    this.failure = failure;
  }

  /** A failure as SQLite reports it. */
  public static SQLiteException as(SQLiteErrorCode code) {
    return new SQLiteException("[" + code + "] as a disk may", code);
  }

  /**
   * Makes one call fail.
   *
   * @param number of the call, counted from now, 1 or more
   * @param after whether the call takes effect before it fails
   */
  synchronized void failAt(long number, boolean after) {
    this.countdown = number;
    this.after = after;
  }

  /** Makes the next calls with a text fail, a given number of them. */
  public synchronized void failOn(String statement, boolean done, int howOften) {
    this.text = statement;
    this.after = done;
    this.times = howOften;
  }

  /** Whether no call has failed yet. */
  synchronized boolean isArmed() {
    boolean armed = countdown > 0;
    countdown = 0;
    return armed;
  }

  public Connection around(Connection connection) {
    return proxy(Connection.class, connection);
  }

  private void fail() throws Throwable {
    Throwable thrown = failure.call();
    if (thrown != null) {
      throw thrown;
    }
  }

  private <T> T proxy(Class<T> type, T of) {
    InvocationHandler handler = (self, method, args) -> call(of, method, args);
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private Object call(Object of, Method method, Object[] args) throws Throwable {
    boolean fails = fails(method, args);
    if (fails && !after) {
      fail();
    }
    try {
      Object result = method.invoke(of, args);
      if (fails && after) {
        fail();
      }
      if (method.getName().equals("unwrap")) {
        return result;
      }
      if (result instanceof PreparedStatement statement) {
        return proxy(PreparedStatement.class, statement);
      }
      return result instanceof Statement statement ? proxy(Statement.class, statement) : result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private synchronized boolean fails(Method method, Object[] args) throws SQLException {
    if (method.getName().equals("close") || method.getName().equals("unwrap")) {
      return false;
    }
    if (text != null && times > 0 && args != null && Arrays.asList(args).contains(text)) {
      times--;
      return true;
    }
    return countdown > 0 && --countdown == 0;
  }
}

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
 * A connection, and what it makes, one of whose calls fails: the one with a number, or the one that
 * a text is given to. It may be used from any thread.
 */
public final class FailingConnection {

  /** What a call fails with, or does before it goes on if that gives null. */
  private final Callable<@Nullable Throwable> failure;

  private long countdown;
  private boolean after;
  private @Nullable String text;
  private int times;

  public FailingConnection(Callable<@Nullable Throwable> failure) {
    this.failure = failure;
  }

  /** A failure as SQLite has it. */
  public static SQLiteException as(SQLiteErrorCode code) {
    return new SQLiteException("[" + code + "] as a disk may", code);
  }

  /**
   * Has one call fail.
   *
   * @param number of the call, from now on, 1 or more
   * @param after whether it does what it is to do before it fails
   */
  synchronized void failAt(long number, boolean after) {
    this.countdown = number;
    this.after = after;
  }

  /** Has the next calls with a text fail, so many of them. */
  public synchronized void failOn(String statement, boolean done, int howOften) {
    this.text = statement;
    this.after = done;
    this.times = howOften;
  }

  /** Whether the call that is to fail has not come. */
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

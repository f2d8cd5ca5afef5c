package dev.outpour.http;

import dev.outpour.Installed;
import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Level;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Starts the installed Chromium with a new, empty profile; downloads nothing. */
public final class HeadlessChromium {
  private HeadlessChromium() {}

  /** Without Chromium, the calling test is skipped; on a CI machine it fails. */
  public static ChromeDriver start() {
    Optional<Path> browser = Installed.find("chromium", "chromium-browser", "google-chrome");
    Optional<Path> driver = Installed.find("chromedriver");
    if (browser.isEmpty() || driver.isEmpty()) {
      Installed.giveUp("Chromium and chromedriver are needed to test the page in a browser");
    }
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(driver.orElseThrow().toFile())
            .usingAnyFreePort()
            .build();
    return new ChromeDriver(service, options(browser.orElseThrow()));
  }

  private static ChromeOptions options(Path browser) {
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser.toFile());
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=en-GB");
    return options;
  }
}

package dev.outpour.proxies;

import java.nio.file.Path;
import java.util.List;

/** A proxy: its program, and how to run it with the settings of the documentation. */
enum Kind {
  NGINX("nginx", "nginx", "nginx") {
    @Override
    String settings(String shown, int port, Path directory) {
      return """
          user %s;
          daemon off;
          worker_processes 1;
          error_log stderr warn;
          pid nginx.pid;
          events {}
          http {
            access_log off;
            client_body_temp_path body;
            proxy_temp_path proxied;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
          %s
          }
          """
          .formatted(
              System.getProperty("user.name"),
              shown.replace("listen 80;", "listen 127.0.0.1:" + port + ";"));
    }

    @Override
    List<String> arguments(Path settings, int port, Path directory) {
      return List.of("-e", "stderr", "-p", directory.toString(), "-c", settings.toString());
    }
  },

  HAPROXY("haproxy", "haproxy", "haproxy") {
    @Override
    String settings(String shown, int port, Path directory) {
      return shown.replace("bind :80", "bind 127.0.0.1:" + port);
    }

    @Override
    List<String> arguments(Path settings, int port, Path directory) {
      return List.of("-db", "-f", settings.toString());
    }
  },

  CADDY("caddy", "caddy", "caddy") {
    @Override
    String settings(String shown, int port, Path directory) {
      // For a host name Caddy would request a public certificate.
      return """
          {
            admin off
            auto_https off
            storage file_system %s
          }
          """
              .formatted(directory)
          + shown.replace("push.example {", "http://:" + port + " {\n  bind 127.0.0.1");
    }

    @Override
    List<String> arguments(Path settings, int port, Path directory) {
      return List.of("run", "--adapter", "caddyfile", "--config", settings.toString());
    }
  },

  VARNISH("varnishd", "varnish", "vcl") {
    @Override
    String settings(String shown, int port, Path directory) {
      return shown;
    }

    @Override
    List<String> arguments(Path settings, int port, Path directory) {
      return List.of(
          "-F",
          "-j",
          "none",
          "-a",
          "127.0.0.1:" + port,
          "-n",
          directory + "/state",
          "-f",
          settings.toString(),
          "-s",
          "malloc,16m");
    }
  };

  final String program;
  final String debianPackage;

  /** The language of its block in the documentation. */
  final String language;

  Kind(String program, String debianPackage, String language) {
    this.program = program;
    this.debianPackage = debianPackage;
    this.language = language;
  }

  /** The settings as shown, with its own port, and all files in its directory. */
  abstract String settings(String shown, int port, Path directory);

  abstract List<String> arguments(Path settings, int port, Path directory);
}

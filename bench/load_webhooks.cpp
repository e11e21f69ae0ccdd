#include "bench/load_generator.hpp"

#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <nlohmann/json.hpp>
#include <sodium.h>
#include <sys/resource.h>

#include <cstdio>
#include <iostream>

namespace {

using namespace tidemark::bench;

struct Arguments {
  std::string url;
  std::string mode = "create";
  std::string ledger;
  bool no_signature = false;
  bool no_resend = false;
  bool quiet = false;
  LoadOptions load;
  BodyOptions bodies;
};

void add_options(CLI::App& app, Arguments& a) {
  a.bodies.signing_seed_hex = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";
  app.add_option("--url", a.url, "http://127.0.0.1:PORT/webhooks/gohighlevel")->required();
  app.add_option("--connections", a.load.connections)->check(CLI::Range(1, 10000));
  app.add_option("--seconds", a.load.seconds, "Measured time");
  app.add_option("--warmup", a.load.warmup_seconds, "Seconds before it");
  app.add_option("--rate", a.load.rate,
                 "Requests a second, open loop; without: as fast as answered");
  app.add_option("--mode", a.mode, "create or update")->check(CLI::IsMember({"create", "update"}));
  app.add_option("--contacts", a.bodies.contacts,
                 "Contacts that the bodies are about; 0: each its own");
  app.add_option("--count", a.bodies.count, "Bodies to sign beforehand (default: 30000 a second)");
  app.add_option("--bytes", a.bodies.body_bytes, "Size of a body");
  app.add_option("--seed", a.bodies.seed, "Part of every id; use another for each run")
      ->check(CLI::Range(1, 60000));
  app.add_option("--contact-seed", a.bodies.contact_seed,
                 "Seed of the run whose contacts are meant")
      ->check(CLI::Range(1, 60000));
  app.add_option("--first-contact", a.bodies.first_contact, "Number of the first contact");
  app.add_option("--scatter", a.bodies.scatter,
                 "Of the contacts that --contacts counts, the N-th choice of some far apart");
  app.add_option("--signing-seed", a.bodies.signing_seed_hex, "Ed25519 seed, 64 hex digits");
  app.add_option("--standard-secret", a.bodies.standard_secret,
                 "Bodies for a generic connector, signed with this secret (whsec_...)");
  app.add_option("--ledger,--record-ledger", a.ledger,
                 "File for a line per 2xx: position, SHA-256 of the body, webhook id");
  app.add_flag("--no-signature", a.no_signature, "For routes that do not check one");
  app.add_flag("--no-resend", a.no_resend, "Do not repeat what was lost or answered 429 or 5xx");
  app.add_flag("--quiet", a.quiet, "No progress");
}

/// Takes `http://127.0.0.1:8080/path` apart; false when it is anything else.
bool read_url(Arguments& a) {
  constexpr std::string_view scheme = "http://";
  if (!a.url.starts_with(scheme))
    return false;
  const auto rest = a.url.substr(scheme.size());
  const auto slash = std::min(rest.find('/'), rest.size());
  a.bodies.host = rest.substr(0, slash);
  a.bodies.path = slash == rest.size() ? "/" : rest.substr(slash);
  const auto colon = a.bodies.host.find(':');
  const auto port = colon == std::string::npos ? "80" : a.bodies.host.substr(colon + 1);
  a.load.address.sin_family = AF_INET;
  a.load.address.sin_port =
      htons(static_cast<std::uint16_t>(std::strtoul(port.c_str(), nullptr, 10)));
  return inet_pton(AF_INET, a.bodies.host.substr(0, colon).c_str(), &a.load.address.sin_addr) == 1;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

nlohmann::ordered_json to_json(const LoadResult& r, const LoadBodies& bodies,
                               std::size_t connections, double cpu) {
  nlohmann::ordered_json refused = nlohmann::ordered_json::object();
  for (const auto& [status, count] : r.refused)
    refused[std::to_string(status)] = count;
  const auto rate = r.seconds > 0 ? static_cast<double>(r.acknowledged) / r.seconds : 0.0;
  return {{"acks_per_second", rate},
          {"acknowledged", r.acknowledged},
          {"acknowledged_in_all", r.acknowledged_in_all},
          {"seconds", r.seconds},
          {"connections", connections},
          {"body_bytes", bodies.body_bytes()},
          {"p50_us", r.latency.quantile(0.50)},
          {"p90_us", r.latency.quantile(0.90)},
          {"p99_us", r.latency.quantile(0.99)},
          {"p999_us", r.latency.quantile(0.999)},
          {"max_us", r.latency.max()},
          {"duplicates", r.duplicates},
          {"refused", refused},
          {"lost", r.lost},
          {"connect_failures", r.connect_failures},
          {"unanswered", r.unanswered},
          {"exhausted", r.exhausted},
          {"cpu_seconds", cpu},
          {"by_second", r.by_second}};
}

int run(Arguments& a) {
  if (a.bodies.count == 0) {
    const auto per_second = a.load.rate > 0 ? a.load.rate * 1.01 : 30'000.0;
    a.bodies.count =
        static_cast<std::uint64_t>((a.load.seconds + a.load.warmup_seconds) * per_second) + 1;
    if (a.no_signature) // these cost nothing
      a.bodies.count *= 100;
  }
  a.bodies.update = a.mode == "update";
  a.bodies.with_signatures = !a.no_signature;
  a.load.resend = !a.no_resend;
  a.load.progress = !a.quiet;
  if (!a.quiet && !a.no_signature)
    std::fprintf(stderr, "signing %llu bodies\n", static_cast<unsigned long long>(a.bodies.count));
  const LoadBodies bodies(a.bodies);
  if (!a.ledger.empty() && (a.load.ledger = std::fopen(a.ledger.c_str(), "ae")) == nullptr) {
    std::perror("load_webhooks: cannot open the ledger");
    return 74;
  }
  const auto cpu_before = cpu_seconds();
  LoadGenerator generator(bodies, a.load);
  const auto result = generator.run();
  std::cout << to_json(result, bodies, a.load.connections, cpu_seconds() - cpu_before) << std::endl;
  if (a.load.ledger != nullptr && std::fclose(a.load.ledger) != 0)
    return 74;
  return result.acknowledged_in_all > 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app("Sends signed webhooks and measures the answers");
  Arguments arguments;
  add_options(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (arguments.bodies.signing_seed_hex.size() != 64 || !read_url(arguments)) {
    std::cerr << "load_webhooks: --url must be http://<IPv4 address>:<port>/<path>, and"
                 " --signing-seed 64 hex digits\n";
    return 2;
  }
  if (sodium_init() < 0)
    return 69;
  return run(arguments);
}

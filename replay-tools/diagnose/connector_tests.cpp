#include "replay-tools/diagnose/connector_tests.hpp"

#include "replay-tools/data_folder.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_http.hpp"
#include "replay-tools/service/siblings.hpp"
#include "storage/remote/remote_log.hpp"

#include <fmt/format.h>

#include <thread>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_looks_at_tests{50};
constexpr auto tests_target = "/api/v1/connector-tests";
constexpr std::chrono::minutes longest_test{5}; ///< of a machine whose name servers do not answer

std::string text_in(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

/// Those that work; of the others the service asks no system.
Result<std::vector<std::string>> active_tenants(const std::string& dir) {
  std::vector<std::string> out;
  for (std::string after;;) {
    TRY(page, ask_service(
                  dir, {"", "GET", "/api/v1/tenants" + (after.empty() ? "" : "?after=" + after)}));
    for (const auto& tenant : page["items"])
      if (text_in(tenant, "status") == "active")
        out.push_back(text_in(tenant, "id"));
    if (!page["next"].is_string())
      return out;
    after = page["next"].get<std::string>();
  }
}

/// The tests of one tenant, as they are done.
class TenantTests {
public:
  TenantTests(const std::string& dir, std::string tenant,
              const std::function<void(const TestedStep&)>& heard)
      : dir_(dir), tenant_(std::move(tenant)), heard_(heard) {}

  Status start(const std::string& connector) const {
    const Json body{{"connector", connector}};
    TRYV(ask_service(dir_, {tenant_, "POST", tests_target, to_text(body)}));
    return Done{};
  }
  /// False while some are still to come.
  Result<bool> look(TestsSummary& summary) {
    TRY(tests, ask_service(dir_, {tenant_, "GET", tests_target}));
    const auto& items = tests["items"];
    for (; told_ < items.size(); ++told_) {
      const auto& one = items[told_];
      ++summary.connectors;
      summary.failed += one.value("failed", false) ? 1 : 0;
      for (const auto& step : one["steps"])
        heard_({tenant_, text_in(one, "connector"), text_in(step, "step"), text_in(step, "verdict"),
                text_in(step, "reason_code"), text_in(step, "text"), text_in(step, "next_step"),
                step.value("milliseconds", std::int64_t{0})});
    }
    return text_in(tests, "state") != "running";
  }

private:
  const std::string& dir_;
  std::string tenant_;
  const std::function<void(const TestedStep&)>& heard_;
  std::size_t told_ = 0;
};

Json or_nothing(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

void print_tested(Format format, const TestedStep& one) {
  print(format,
        {{"tenant", one.tenant},
         {"connector", one.connector},
         {"step", one.step},
         {"verdict", one.verdict},
         {"reason_code", or_nothing(one.reason_code)},
         {"text", one.text},
         {"next_step", or_nothing(one.next_step)},
         {"milliseconds", one.milliseconds}},
        fmt::format("{}  {}  {}{}: {}{}", one.connector, one.step, one.verdict,
                    one.reason_code.empty() ? "" : " (" + one.reason_code + ")", one.text,
                    one.next_step.empty() ? "" : " " + one.next_step));
}

} // namespace

Result<TestsSummary> ask_for_tests(const std::string& data_dir, const CommonOptions& common,
                                   const TestsWish& wish,
                                   const std::function<void(const TestedStep&)>& heard) {
  const auto end = Clock::now() + wish.patience;
  std::vector<std::string> tenants{common.tenant};
  if (common.tenant.empty()) {
    TRY(active, active_tenants(data_dir));
    tenants = std::move(active);
  }
  TestsSummary out;
  std::string known;
  for (const auto& tenant : tenants) {
    TenantTests tests(data_dir, tenant, heard);
    if (const auto begun = tests.start(wish.connector); !begun) {
      if (begun.error().code != "not_found")
        return begun.error();
      known = begun.error().text;
      continue;
    }
    for (;;) {
      TRY(done, tests.look(out));
      if (done)
        break;
      if (Clock::now() >= end)
        return out;
      std::this_thread::sleep_for(between_looks_at_tests);
    }
  }
  if (out.connectors == 0)
    return Error{"not_found", known.empty() ? "no tenant is active" : known};
  out.whole = true;
  return out;
}

Result<int> test_connectors(const CommonOptions& common, const TestOptions& options, char** argv) {
  const auto dir = data_dir_of(common);
  if (options.from_file || !dir || !storage::connect_to_service(*dir))
    return become_service(argv);
  const auto done = ask_for_tests(*dir, common, {options.connector, longest_test},
                                  [&](const auto& step) { print_tested(common.format, step); });
  if (!done && done.error().code == "not_found")
    return Error{"bad_usage", done.error().text};
  if (!done)
    return done.error();
  print_summary(
      common.format, {{"connectors", done->connectors}, {"failed", done->failed}},
      done->failed > 0 ? fmt::format("{} of {} connectors FAIL.", done->failed, done->connectors)
      : done->whole    ? fmt::format("All {} connectors answer.", done->connectors)
                       : fmt::format("{} connectors answer; the tests of others did not end.",
                                     done->connectors));
  return done->failed == 0 && done->whole ? exit_code::done : exit_code::does_not_hold;
}

} // namespace tidemark::tools

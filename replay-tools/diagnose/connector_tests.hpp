#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace tidemark::tools {

/// One step of asking a connector's system, as the service tells it.
struct TestedStep {
  std::string tenant, connector;
  std::string step, verdict, reason_code, text, next_step;
  std::int64_t milliseconds = 0;
};
struct TestsWish {
  std::string connector;              ///< "" for all
  std::chrono::milliseconds patience; ///< for all tenants together
};
struct TestsSummary {
  std::size_t connectors = 0, failed = 0;
  bool whole = false; ///< nothing was left when the patience was over
};

/// Has the running service ask the systems of the tenant, or of all that are active; hands on each
/// step once its connector is done. Errors: service_unreachable, what the API refuses; not_found,
/// with the connectors there are.
Result<TestsSummary> ask_for_tests(const std::string& data_dir, const CommonOptions& common,
                                   const TestsWish& wish,
                                   const std::function<void(const TestedStep&)>& heard);

struct TestOptions {
  std::string connector;  ///< "" for all
  bool from_file = false; ///< by the configuration file as it stands
};
/// `tidemark test`: by the running service, which has the secrets; else this process becomes the
/// service's program (`argv`), which reads them. Exit 1 when a step failed, 2 when there is no such
/// connector.
Result<int> test_connectors(const CommonOptions& common, const TestOptions& options, char** argv);

} // namespace tidemark::tools

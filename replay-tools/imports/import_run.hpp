#pragma once
#include "base/result.hpp"
#include "replay-tools/imports/list_rows.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

/// How a list goes into the service, whatever its rows say.
namespace tidemark::tools {

/// A whole file. Error: bad_usage.
Result<std::string> list_bytes(const std::string& path);

/// One row as the service takes it.
struct ImportItem {
  std::uint64_t line = 0;
  nlohmann::ordered_json row;
};

/// Where rows go, and as fast as this.
struct ImportRoute {
  std::string list;   ///< opt_outs, contacts, messages: what the action that counts them is told
  std::string target; ///< below the API's root, with what names the file in `query`
  std::string query;  ///< of the question how far it was taken
  nlohmann::ordered_json head; ///< what each request says besides its rows
  std::uint64_t rate = 2'000;  ///< items a second, at most
};

/// One file on its way into the service.
class ImportRun {
public:
  ImportRun(ServiceApi& service, ImportRoute route) : service_(service), route_(std::move(route)) {}

  /// How many of the items an earlier run has brought there for certain: batches are taken one
  /// after the other, so all that is older than the newest's own batch.
  Result<std::size_t> taken_before(const std::vector<ImportItem>& items);
  /// Adds to `bad` what the service refuses; tells on standard error how far it is. What is stored
  /// is counted by an action of the service, which somebody else may look at and stop: then this
  /// ends with the error action_ended.
  Status send(std::span<const ImportItem> items, std::vector<BadRow>& bad);
  /// "" when nothing was to be sent, and of a dry run.
  const std::string& action() const { return action_; }
  /// The sum of what the answers count under the name.
  std::uint64_t count(const std::string& name) const;

private:
  Status begin_action();
  Status send_batch(std::span<const ImportItem> batch, bool last, std::vector<BadRow>& bad);
  void take(const nlohmann::ordered_json& answer, std::vector<BadRow>& bad);

  ServiceApi& service_;
  ImportRoute route_;
  std::string action_;
  std::map<std::string, std::uint64_t> counts_;
};

/// In the order of the file.
void show_bad(Format format, std::vector<BadRow> bad);

} // namespace tidemark::tools

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "connectors/shared/recorded_inputs.hpp"
#include "connectors/shared/webhook_receipt.hpp"
#include "replay-tools/data_folder.hpp"
#include "replay-tools/log/log_commands.hpp"
#include "replay-tools/output.hpp"
#include "storage/files/files.hpp"
#include "storage/log/log_import.hpp"
#include "storage/stored_event.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>

// A raw export, put back. The file is read twice: nothing is written before all of it was found
// whole.
namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

Error bad_line(std::uint64_t line, const std::string& what) {
  return {"export_damaged", fmt::format("line {}: {}", line, what)};
}

/// The last line of a raw export.
struct Trailer {
  std::uint64_t events = 0;
  std::string head;   ///< hex hash of the last record
  std::string sha256; ///< of all lines before, with their ends
};

std::optional<Trailer> trailer_in(const Json& json) {
  const auto found = json.find("summary");
  if (found == json.end() || !found->is_object())
    return std::nullopt;
  const auto text = [&](const char* name) {
    const auto at = found->find(name);
    return at != found->end() && at->is_string() ? at->get<std::string>() : std::string();
  };
  const auto events = found->find("events");
  const bool counted = events != found->end() && events->is_number_unsigned();
  return Trailer{counted ? events->get<std::uint64_t>() : 0, text("head"), text("sha256")};
}

/// Reads the file line by line; `record` gets each with its line's number. Gives the trailer.
template <class OnRecord>
Result<Trailer> read_export(const std::string& path, Sha256& sum, OnRecord record) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return Error{"bad_usage", "cannot read " + path + ": check the path"};
  std::string text;
  std::uint64_t line = 0;
  while (std::getline(in, text)) {
    ++line;
    if (in.eof())
      return bad_line(line, "it has no end: the file was cut off");
    const auto json = Json::parse(text, nullptr, false);
    if (!json.is_object())
      return bad_line(line, "it is no JSON object");
    if (const auto trailer = trailer_in(json)) {
      if (in.peek() != std::ifstream::traits_type::eof())
        return bad_line(line + 1, "something follows the closing line");
      return *trailer;
    }
    sum.update(text);
    sum.update("\n");
    const auto encoded = json.find("record_base64");
    const auto bytes = encoded != json.end() && encoded->is_string()
                           ? from_base64(encoded->get_ref<const std::string&>())
                           : std::nullopt;
    if (!bytes)
      return bad_line(line, "it holds no record_base64: write the file with tidemark log export "
                            "--as raw");
    if (auto taken = record(*bytes); !taken)
      return taken.error().code == "data_damaged" ? bad_line(line, taken.error().text)
                                                  : taken.error();
  }
  return bad_line(line + 1, "the closing line with the checksum is missing: the file was cut off");
}

Status check_whole(const std::string& path) {
  storage::ChainCheck chain({}, {});
  Sha256 sum;
  TRY(trailer,
      read_export(path, sum, [&](const std::string& record) { return chain.check(record); }));
  if (trailer.events != chain.position().value || trailer.head != to_hex(chain.head()))
    return Error{"export_damaged",
                 fmt::format("the closing line speaks of {} events, and the file holds {}",
                             trailer.events, chain.position().value)};
  if (trailer.sha256 != to_hex(sum.finish()))
    return Error{"export_damaged",
                 "the checksum in the closing line does not fit the lines before"};
  if (trailer.events == 0)
    return Error{"export_damaged", "the file holds no event"};
  return Done{};
}

/// By what the webhooks of the log are known again: the log itself keeps that beside its records.
class RepeatKeys {
public:
  explicit RepeatKeys(KeyedHasher hasher) : hasher_(std::move(hasher)) {}

  Result<std::vector<Hash16>> of(std::string_view record) {
    std::vector<Hash16> out;
    TRY(header, events::read_header(record));
    if (header.type != events::ConfigApplied::name && header.type != events::WebhookReceived::name)
      return out;
    TRY(stored, storage::stored_event(record));
    TRY(event, events::decode(stored.envelope.type, stored.payload));
    if (const auto* applied = std::get_if<events::ConfigApplied>(&event))
      configured_[stored.envelope.tenant] = connectors::configured_by(*applied);
    const auto* webhook = std::get_if<events::WebhookReceived>(&event);
    if (webhook == nullptr || webhook->delivery_id.empty())
      return out;
    const auto& connectors = configured_[stored.envelope.tenant];
    const auto configured = connectors.find(webhook->connector);
    if (configured == connectors.end())
      return out;
    const connectors::Headers headers(webhook->headers.begin(), webhook->headers.end());
    auto peek = configured->second.connector->peek({headers, stored.attachment, webhook->channel},
                                                   configured->second.settings);
    peek.delivery_id = webhook->delivery_id; // may stand in a header that is not kept
    peek.maybe_opt_out = webhook->maybe_opt_out;
    out.push_back(connectors::repeat_key(
                      hasher_, {stored.envelope.tenant, webhook->connector, webhook->channel}, peek,
                      stored.attachment)
                      .hash);
    return out;
  }

private:
  KeyedHasher hasher_;
  std::map<TenantId, std::map<ConnectorName, connectors::Configured>> configured_;
};

Result<SecretText> read_pepper(const std::string& path,
                               const std::optional<storage::StoreKey>& store_key) {
  TRY(read, storage::read_file(path));
  const auto bytes = read.value_or("");
  if (storage::is_sealed(bytes))
    return storage::KeyRing(store_key).open({"pepper", {}}, bytes);
  constexpr std::size_t pepper_bytes = 32;
  if (bytes.size() != pepper_bytes)
    return Error{"bad_usage", path
                                  + " is no key of a log: name the file keys/pepper of the data "
                                    "folder that was exported"};
  return SecretText(std::move(bytes));
}

} // namespace

Result<int> log_import(const CommonOptions& common, const std::string& file,
                       const std::string& pepper_file) {
  TRY(dir, data_dir_of(common));
  TRY(store_key, given_store_key(common));
  TRY(pepper, read_pepper(pepper_file, store_key));
  TRYV(check_whole(file));
  TRY(import, storage::LogImport::begin(dir, pepper, store_key));
  RepeatKeys keys{KeyedHasher(pepper)};
  Sha256 sum;
  TRYV(read_export(file, sum, [&](const std::string& record) -> Status {
    TRY(once, keys.of(record));
    return import.add(record, once);
  }));
  TRYV(import.finish());
  const auto events = import.position().value;
  print_summary(
      common.format, {{"events", events}, {"head", to_hex(import.head())}},
      fmt::format("{} events stand in {}; their chain and the file's checksum hold", events, dir));
  return exit_code::done;
}

} // namespace tidemark::tools

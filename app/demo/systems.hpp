#pragma once
#include "app/demo/web.hpp"
#include "base/time.hpp"

#include <array>
#include <map>

namespace tidemark::demo {

enum class System : std::uint8_t { gohighlevel, aloware, generic, verity };
inline constexpr std::array every_system{System::gohighlevel, System::aloware, System::generic,
                                         System::verity};
/// As the configuration and the log name it.
std::string_view key_of(System system);
/// As people name it.
std::string_view title_of(System system);
/// The title for a connector's name, or the name itself.
std::string title_of(std::string_view connector);

/// Canonical names of fields and their values.
using Fields = std::map<std::string, std::string>;

/// A contact as a system holds it.
struct Record {
  std::string id;
  Fields fields;
};

/// Where the sandbox plays each system.
struct SandboxAddresses {
  std::map<System, std::string> systems;
  std::string control;
};

/// The outside systems, spoken to through their own APIs, as any of their customers would. Only
/// what people do by hand (a text message) or what has no API (what Verity got) goes through the
/// sandbox's control API.
class Systems {
public:
  Systems(Web& web, SandboxAddresses where) : web_(web), where_(std::move(where)) {}

  /// Edits the record, or adds one when it is null.
  Status write(System system, const Record* record, const Fields& fields);
  /// The way in that `write` takes, for people.
  static std::string way_in(System system, bool is_new);
  /// Who has this phone number there.
  Result<std::optional<Record>> find(System system, const std::string& phone);

  /// How many requests the system has received that could change something.
  Result<std::uint64_t> received(System system);
  /// When the newest request after the given one took effect on this record.
  Result<std::optional<Timestamp>> took_effect(System system, std::uint64_t after,
                                               const std::string& record);
  /// The system answers the engine's next write with 503.
  Status refuse_next_write(System system);
  /// Was a write after the given one refused?
  Result<bool> has_refused(System system, std::uint64_t after);
  /// Where webhooks go from now on.
  Status send_webhooks_to(const std::string& engine);

private:
  std::string url(System system, std::string_view path) const;
  Result<Json> journal(System system, std::uint64_t after);

  Web& web_;
  SandboxAddresses where_;
};

/// Public test values: they protect nothing but the sandbox.
namespace sandbox {
inline constexpr std::string_view gohighlevel_token = "sandbox-gohighlevel-token";
inline constexpr std::string_view gohighlevel_location = "LOCexample0000000001";
inline constexpr std::string_view gohighlevel_key = "Kay64UG8yvCyLhqU000LxzYeUm0L/hLIl5S8kyKWbdc=";
inline constexpr std::string_view aloware_token = "sandbox-aloware-token";
inline constexpr std::string_view aloware_user = "sandbox";
inline constexpr std::string_view aloware_hook = "sandbox-aloware-hook";
inline constexpr std::string_view verity_token = "sandbox-verity-token";
inline constexpr std::string_view verity_secret = "example-verity-webhook-secret";
inline constexpr std::string_view generic_token = "sandbox-generic-token";
inline constexpr std::string_view generic_secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
} // namespace sandbox

} // namespace tidemark::demo

#pragma once
#include "actors/http/http_client.hpp"
#include "storage/records/sequencer.hpp"
#include "storage/tables.hpp"
#include "tests/simulation/ports/sim_http.hpp"
#include "tests/simulation/ports/sim_log.hpp"

#include <memory>
#include <span>
#include <string_view>
#include <vector>

/// Deliberate faults that prove that the simulation sees real ones of their kind
/// (docs/how-we-test.md).
namespace tidemark::sim {

/// What a fault may know of the life that it is played in.
struct BugContext {
  const SimLog& log; ///< as it truly is
  const WallClock& clock;
  const SimHttp::Vendors& vendors;
  TenantId tenant{}; ///< whose engine it is; "" at ports that are there for all tenants
};

template <class Port>
using PutBefore = std::unique_ptr<Port> (*)(Port& port, const BugContext& context);

/// One fault at one of the ports that the simulation owns: what it puts before the port. No other
/// code knows of it.
struct InjectedBug {
  std::string_view name{};
  /// It stands for a wrong rule, which a replay would follow as well: that recorded decisions come
  /// out again (I13) says nothing then.
  bool is_in_rules = false;
  PutBefore<storage::LogStore> gateway_log = nullptr;
  PutBefore<storage::LogStore> engine_log = nullptr; ///< of the actors of one tenant
  PutBefore<storage::LogStore> projections_log = nullptr;
  PutBefore<storage::TableStore> engine_tables = nullptr; ///< of the actors of one tenant
  PutBefore<storage::TableStore> projections_tables = nullptr;
  PutBefore<actors::HttpClient> http = nullptr;
  /// The connector as the engine has it; `type` names it.
  const connectors::Connector* (*connector)(std::string_view type) = nullptr;
  /// Whether the disk says of a group that it is there before it is.
  bool (*is_confirmed_early)(const storage::Group& group) = nullptr;
  /// The gateway's shell answers for a webhook that was not taken, past the route that counts it.
  bool sheds_past_the_route = false;
};

/// A port as the engine gets it: itself, or what the bug puts before it.
template <class Port>
class Played {
public:
  Played(Port& port, PutBefore<Port> put_before, const BugContext& context)
      : before_(put_before ? put_before(port, context) : nullptr),
        port_(before_ ? *before_ : port) {}
  Port& get() const { return port_; }

private:
  std::unique_ptr<Port> before_;
  Port& port_;
};

template <class Bug, class Port>
std::unique_ptr<Port> put_before(Port& port, const BugContext& context) {
  return std::make_unique<Bug>(port, context);
}
template <class Bug>
constexpr PutBefore<storage::LogStore> before_log = put_before<Bug, storage::LogStore>;
template <class Bug>
constexpr PutBefore<storage::TableStore> before_tables = put_before<Bug, storage::TableStore>;
template <class Bug>
constexpr PutBefore<actors::HttpClient> before_http = put_before<Bug, actors::HttpClient>;

std::span<const InjectedBug> gateway_bugs();
std::span<const InjectedBug> engine_bugs();
std::span<const InjectedBug> table_bugs();
std::span<const InjectedBug> projection_bugs();
std::span<const InjectedBug> outside_bugs();

/// Every bug there is.
std::vector<const InjectedBug*> all_bugs();
/// Null when none has the name.
const InjectedBug* find_bug(std::string_view name);

} // namespace tidemark::sim

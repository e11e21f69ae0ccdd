#pragma once
#include "gateway/api/counters.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/http/framing.hpp"
#include "gateway/http/target.hpp"
#include "gateway/intake/refused_signatures.hpp"
#include "gateway/intake/repeats.hpp"
#include "gateway/intake/webhook_limits.hpp"
#include "gateway/ports.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <variant>

namespace tidemark::gateway {

/// A webhook whose append is under way: what its answer needs.
struct Ticket {
  std::size_t source = 0;
  const connectors::WebhookEndpoint* channel = nullptr;
  bool stale = false;
  bool maybe_opt_out = false;
  bool closed = false; ///< it asks for a text to a number that is closed: the answer says so
};
struct ReadyAppend {
  Ticket ticket;
  storage::Append append;
};

/// The address that asks, made when it is needed.
using ClientName = std::function<std::string()>;

/// From a whole request to an append, and from the log's word to an answer
/// (docs/architecture.md). Used by several threads: holds nothing that changes
/// but counters, limits, what came again and what was refused last.
class WebhookRoute {
public:
  /// Is the tenant suspended? Called on every thread.
  using IsSuspended = std::function<bool(const TenantId&)>;
  WebhookRoute(const GatewayOptions& options, const GatewayPorts& ports, Counters& counters,
               RefusedSignatures& refused_signatures, IsSuspended is_suspended);

  /// Verifies the raw bytes and makes the append, or the answer that refuses.
  std::variant<ReadyAppend, Answer> prepare(const RequestHead& head, const Target& target,
                                            std::string body, const std::string& request_id,
                                            const ClientName& client) const;
  /// The answer, once the log has spoken: 2xx means on disk and synced.
  Answer conclude(const Ticket& ticket, const storage::AppendOutcome& outcome,
                  std::string_view request_id) const;
  /// Records which webhooks came again, as far as that is due; `all` at the end. Does not wait.
  void record_repeats(bool all = false) const;

private:
  /// What the request was shown to be.
  struct Shown {
    const connectors::Credential& by;
    bool stale = false;
    std::string client;
  };
  /// The options of a while, and where its webhooks come in.
  struct Inlets {
    std::shared_ptr<const GatewayOptions> options;
    std::map<std::string, std::map<std::string, std::size_t, std::less<>>, std::less<>> places;
  };
  struct Place {
    std::shared_ptr<const Inlets> inlets; ///< has the source
    const WebhookSource* source = nullptr;
    std::size_t index = 0;
    const connectors::WebhookEndpoint* channel = nullptr;
  };
  std::shared_ptr<const Inlets> inlets() const;
  static Place find(std::shared_ptr<const Inlets> inlets, std::string_view tenant,
                    std::string_view connector, std::string_view channel);
  Place find(const RequestHead& head, const Target& target) const;
  ReadyAppend make_append(const Place& place, const RequestHead& head,
                          const connectors::WebhookRequest& request, const Shown& shown,
                          const std::string& request_id) const;
  bool is_suppressed(const TenantId& tenant, const std::string& number) const;
  std::optional<events::Tag> subject(const Place& place, const connectors::Peek& peek) const;
  storage::DedupeKey dedupe_key(const Place& place, std::string_view channel,
                                const connectors::Peek& peek, std::string_view body) const;
  /// Of a suspended tenant that takes opt-outs alone, nothing when it is taken.
  std::optional<Answer> dropped(const Place& place, const std::string& request_id,
                                const ClientName& client) const;
  /// The answer of a webhook that is too much by a limit, nothing when it may go on.
  std::optional<Answer> over_limit(const Place& place, const std::string& request_id) const;
  Answer refuse(const Problem& problem, std::string_view request_id) const;
  /// Counts it, and keeps what explains it.
  Answer refuse_forged(const Place& place, const connectors::Forged& forged, std::string_view body,
                       const std::string& request_id, const ClientName& client) const;
  Answer refuse_webhook(const Problem& problem, const WebhookSource* source,
                        std::string_view reason, const std::string& request_id,
                        const ClientName& client) const;

  const GatewayOptions& options_;
  const GatewayPorts& ports_;
  Counters& counters_;
  RefusedSignatures& refused_signatures_;
  const IsSuspended is_suspended_;
  mutable WebhookLimits limits_;
  mutable Repeats repeats_;
  mutable std::mutex inlets_guard_;
  mutable std::shared_ptr<const Inlets> inlets_; ///< as last used
};

/// Names in lower case, order kept: what verifiers read.
connectors::Headers lower_case_headers(const RequestHead& head);

} // namespace tidemark::gateway

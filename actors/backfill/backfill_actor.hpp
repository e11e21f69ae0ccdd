#pragma once
#include "actors/backfill/known_numbers.hpp"
#include "actors/connector/credential.hpp"
#include "actors/ports/protocols.hpp"
#include "actors/ports/tenant_context.hpp"
#include "domain/backfill/backfill_run.hpp"

#include <memory>
#include <optional>

namespace tidemark::actors {

/// Lists the contacts of one system on request: see protocols.hpp. Everything it goes by is in the
/// log: the request, the pages, what came of them. After a restart it goes on behind the last page
/// that was recorded. One request at a time, within the system's rate, and only while few inputs
/// and deliveries wait.
class BackfillState {
public:
  static inline const char* name = "backfill";

  void start(BackfillActor::pointer self, std::shared_ptr<const TenantContext> context,
             ConnectorName connector, TransportActor transport, OAuthTokensActor tokens,
             DeliveryActor delivery, SupervisorActor supervisor);
  void tick(const Tick& tick);
  void settled(const AppendSettled& answer);
  void crowded(const Crowded& message) { crowded_ = message.crowded; }
  void token_news(const TokenNews& news);
  FollowerReport report() const;
  /// Leaves its budget to its successor, where it has one.
  ~BackfillState();

private:
  /// The newest request or end in a stream.
  struct Seen {
    Position newest;
    Timestamp at;
  };
  Status find_run();
  Status find_run(const StreamName& stream, Seen& seen);
  Status read_on();
  void work();
  bool can_run(events::BackfillKind kind) const;
  bool is_due() const;
  Result<bool> is_read_back_due();
  void request(events::BackfillKind kind);
  void ask_for_page();
  Status find_next_known();
  void fetch(std::uint64_t taken_before);
  void answered(const HttpResult& result, std::uint64_t taken_before);
  void take_page(const HttpResult& result);
  void record_page(const HttpResult& result, connectors::ListedPage page);
  Result<events::BackfillCounts> would_be(const connectors::ListedPage& page);
  void refused(const domain::DeliveryResult& delivery_result, const HttpResult& result);
  void try_later(Reason why, std::string_view retry_after);
  Status leave_held();
  void finish(Reason reason_code);
  void probe();
  void send_probe();
  void probed(const HttpResult& result, std::uint64_t taken_before);
  void submit(const StreamName& stream, std::vector<events::Event> events,
              std::string attachment = {});
  void fail(const Error& error);

  BackfillActor::pointer self_ = nullptr;
  std::shared_ptr<const TenantContext> context_;
  ConnectorName connector_;
  const Destination* destination_ = nullptr;
  TransportActor transport_;
  DeliveryActor delivery_; ///< grants the pages; null where nothing is delivered
  SupervisorActor supervisor_;
  // Where nobody else sends:
  domain::RateBudget budget_;
  domain::ConnectionEvidence connection_;
  domain::OperationCounts operations_;
  Timestamp heard_at_;               ///< the last end of a request, whatever it was
  std::uint64_t probe_failures_ = 0; ///< questions in a row that got no answer, or an error
  bool probing_ = false;             ///< a probe is asked for, or out
  bool probe_was_refused_ = false;   ///< and the secrets were read anew since
  Credential credential_;
  std::optional<domain::BackfillRun> run_;
  std::optional<KnownNumber> next_known_; ///< is looked up next, where no list is offered
  Seen lists_, read_backs_;
  std::vector<ContactId> due_; ///< whose mark the read-back looks for
  Timestamp read_back_to_;     ///< what fell due until then was looked for
  Timestamp look_again_at_;    ///< whether a mark is to be looked for
  Position read_to_;
  bool busy_ = false;   ///< a request or an append is out
  bool reread_ = false; ///< the credential was read anew since the last good answer
  std::uint32_t failures_in_row_ = 0;
  bool is_new_here_ = false;         ///< what was recorded of the run was not read yet
  bool is_of_other_account_ = false; ///< the run was asked for before the configuration changed
  Timestamp now_, not_before_;
  bool draining_ = false;
  bool crowded_ = false; ///< somebody of the tenant has too much to do
};

BackfillActor::behavior_type backfill_actor(BackfillActor::stateful_pointer<BackfillState> self,
                                            std::shared_ptr<const TenantContext> context,
                                            ConnectorName connector, TransportActor transport,
                                            OAuthTokensActor tokens, DeliveryActor delivery,
                                            SupervisorActor supervisor);

} // namespace tidemark::actors

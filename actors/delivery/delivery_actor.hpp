#pragma once
#include "actors/connector/credential.hpp"
#include "actors/ports/protocols.hpp"
#include "actors/ports/tenant_context.hpp"
#include "domain/attempt.hpp"
#include "domain/delivery/flow_control.hpp"
#include "domain/delivery/open_intents.hpp"
#include "domain/delivery/ready_queue.hpp"

#include <map>
#include <set>
#include <unordered_map>

namespace tidemark::actors {

/// Everything on its way to one system of one tenant: see protocols.hpp. A lane (one contact) is
/// the fold of the recorded events under the contact's tag. Lanes in memory follow the log, which
/// is read on after each append of theirs, so a crash at any point loses nothing. In order within a
/// lane, concurrent between lanes.
class DeliveryState {
public:
  static inline const char* name = "delivery";

  void start(DeliveryActor::pointer self, std::shared_ptr<const TenantContext> context,
             ConnectorName target, TransportActor transport, OAuthTokensActor tokens,
             SupervisorActor supervisor);
  void advanced();
  void tick(const Tick& tick);
  void settled(const AppendSettled& answer);
  void decided_through(const DecidedThrough& news);
  void answer_again(const RecordAnswer& message);
  PageGrant grant_page();
  void page_seen(const PageSeen& page);
  void token_news(const TokenNews& news);
  void take(const NewContext& news);
  FollowerReport report() const;
  /// Leaves to its successor what it knows of the limits.
  ~DeliveryState();

private:
  struct Lane {
    domain::DeliveryQueue state;
    Position read_to;                 ///< the newest event that is in `state`
    bool busy = false;                ///< an append or a request of it is under way
    bool sending = false;             ///< a request is out, its answer not recorded
    Position sent;                    ///< the dispatch of that request
    domain::RequestGrant grant;       ///< for the next request
    std::uint64_t taken_before = 0;   ///< see FlowControl::sending
    std::optional<HttpResult> answer; ///< came in, not recorded yet
    std::optional<HttpCall> call;     ///< leaves once its announcement is durable
    std::uint64_t credential = 0;     ///< version of the secrets that it was made with
    domain::HealthSignal sign =
        domain::HealthSignal::nothing; ///< what the answer says about the system
    Reason reason_code = Reason::none; ///< the answer's
    bool failed = false;               ///< it is no success of the connector's own kind
    std::string step;                  ///< what the request is, such as "create"
  };

  void inherit();
  void tell_if_crowded();
  void work();
  void work_through(domain::Turn turn);
  bool may_go_on(const domain::PendingDelivery& delivery, const Lane& lane) const;
  bool read_on();
  Status read_open(std::vector<ContactId>& fresh);
  void happened(const ContactId& contact, const events::Recorded& recorded);
  Position known_to(const Lane& lane) const;
  void make_ready(const ContactId& contact);
  void make_ready_first(const ContactId& contact);
  Lane* open_lane(const ContactId& contact);
  void run(const ContactId& contact, Lane& lane);
  void begin(const ContactId& contact, Lane& lane, const domain::NextDelivery& next);
  domain::AttemptContext attempt_context() const;
  Result<std::optional<domain::AttemptStep>> next_step(const Lane& lane,
                                                       const domain::PendingDelivery& delivery,
                                                       std::optional<connectors::Send>& send) const;
  Status add_trace(const domain::PendingDelivery& delivery, const std::string& span,
                   connectors::HttpRequest& request) const;
  void wait(const ContactId& contact, const domain::AttemptWaits& waits);
  void record(const ContactId& contact, Lane& lane, const domain::PendingDelivery& delivery,
              std::vector<events::Event> events, std::string attachment = {},
              std::vector<storage::TagCondition> conditions = {});
  void fire_retry_timer(const ContactId& contact, Lane& lane,
                        const domain::PendingDelivery& delivery);
  void submit(const ContactId& contact, Lane& lane, storage::Append append);
  void note(std::optional<events::Event> event);
  void note_in(const StreamName& stream, events::Event event);
  void record_answer(const ContactId& contact, Lane& lane);
  void transmit(const ContactId& contact, Lane& lane);
  void answered(const ContactId& contact, HttpResult result);
  Status read_journal();
  void take_sign(const domain::ConnectionSign& sign);
  void take_refusal();
  void probe();
  void send_probe();
  void probed(const HttpResult& result, std::uint64_t taken_before);
  void not_taken(const ContactId& contact, Lane& lane, const std::string& reason_code);
  void release(const ContactId& contact, Lane& lane);
  void store_checkpoint();
  void fail(const Error& error);

  DeliveryActor::pointer self_ = nullptr;
  std::shared_ptr<const TenantContext> context_;
  std::vector<std::shared_ptr<const TenantContext>>
      former_; ///< before the configuration was reloaded
  ConnectorName target_;
  const Destination* destination_ = nullptr;
  TransportActor transport_;
  SupervisorActor supervisor_;
  Credential credential_;
  domain::FlowControl flow_; ///< outlives the grants in `lanes_`
  domain::OpenIntents open_;
  std::unordered_map<ContactId, Lane> lanes_; ///< awake ones only
  domain::ReadyQueue ready_;
  std::set<std::pair<Timestamp, ContactId>> sleeping_;
  using Waiting = std::set<std::pair<Position, ContactId>>;
  /// Until the inputs, opt-outs or imports up to there are decided.
  Waiting undecided_, undecided_opt_outs_, undecided_imports_;
  std::unordered_map<std::uint64_t, ContactId> appends_;
  std::uint64_t next_token_ = 0;
  std::size_t busy_ = 0;
  std::size_t sending_ = 0; ///< lanes whose request is out
  DecidedThrough decided_;
  Position checkpoint_;
  Timestamp now_;
  bool draining_ = false;
  bool lists_first_ = false; ///< before all others, the next time
  /// Requests of the actor before that are out; nothing until that is known. One of them could
  /// arrive after, and undo, what is sent next.
  std::optional<std::size_t> inherited_out_;
  bool crowded_ = false;
  std::uint64_t failures_in_row_ = 0;
  domain::RequestCounts requests_;
  domain::OperationCounts operations_;
  domain::ConnectionEvidence connection_;
  domain::CredentialJournal journal_;
  bool knows_journal_ = false;     ///< the log was asked what it says of the secrets
  std::uint64_t noted_in_log_ = 0; ///< the append of what the journal noted last
  Timestamp heard_at_;             ///< the last end of a request, whatever it was
  bool probing_ = false;           ///< a probe is asked for, or out
  bool probe_was_refused_ = false; ///< and the secrets were read anew since
};

DeliveryActor::behavior_type delivery_actor(DeliveryActor::stateful_pointer<DeliveryState> self,
                                            std::shared_ptr<const TenantContext> context,
                                            ConnectorName target, TransportActor transport,
                                            OAuthTokensActor tokens, SupervisorActor supervisor);

} // namespace tidemark::actors

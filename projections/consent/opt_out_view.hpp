#pragma once
#include "projections/consent/statements.hpp"

#include <map>

/// Everything about one address's consent, put together from the table `opt_outs`: what stands is
/// folded by the rules of the send gate itself (domain/consent/suppression.hpp). The same for the
/// API, over the live table, and for the audit, over rows folded from the log.
namespace tidemark::projections {

/// A system that was to close or open channels of a contact with the address.
struct PropagationView {
  ConnectorName target;
  ContactId contact;
  std::string action; ///< opt_out, opt_in
  std::vector<std::string> channels;
  DeliveryId delivery;
  Position intended;
  Position because;   ///< the input that led to it
  Timestamp since;    ///< when the statement behind it was received
  Position requested; ///< where the first request left, 0 not yet
  Position confirmed; ///< where the system's yes is recorded, 0 not yet
  Timestamp confirmed_at;
  bool read_back = false; ///< it was looked at afterwards and is so
  /// It took what its calls can do, the opt-out stands, and nobody has been seen to set the mark.
  bool by_hand = false;
  Position mark; ///< the input that shows the mark that a person set there, 0 none
  Timestamp mark_at;
  /// The input with which the last of its channels was opened again, 0 none. What comes later is
  /// no matter of this one.
  Position lifted;
  Timestamp lifted_at;
  bool overtaken = false;       ///< of an opt-in: a later opt-out stands, so nothing is to do
  bool lifted_unmarked = false; ///< and until then nobody had been seen to set the mark
  std::string state;            ///< as of deliveries
  Reason reason_code = Reason::none;
  std::uint32_t failures = 0; ///< attempts that came to nothing
  bool held = false;    ///< it has yet to leave, and a pause keeps opt-outs to the system back
  bool stopped = false; ///< likewise, and a stop of all sending does
  RemoteId record{};    ///< the record that is told of it, "" when it was not known
  /// It has no call for opt-outs, and hears of them by the webhooks of another, `via`. Its state is
  /// one of projections/consent/hearing.hpp; `requested` is where the webhook was decided about.
  bool hears = false;
  ConnectorName via{};
  Timestamp written_at{}; ///< when `via` showed the mark, none: not yet
  Position forwarded{};   ///< where its receipt of the webhook is recorded, 0 not yet
  Timestamp forwarded_at{};
  Position done_by_hand{}; ///< where somebody says to have set the mark, 0 nobody does
  Timestamp done_at{};
};

/// A system that a statement did not have to reach, and why.
struct UntoldView {
  ConnectorName target;
  ContactId contact;
  std::string outcome;
  Reason reason_code = Reason::none;
  Position position;
};

/// A message that left, or was sent by another system, or a call that was placed, although the
/// address was closed (requirement O15).
struct SendViolation {
  Position position;     ///< of the dispatch, or of the input that shows the message
  Timestamp at;          ///< when it left; by the other system's clock when that sent it
  DeliveryId delivery{}; ///< "" when another system sent it
  ConnectorName connector;
  events::Channel channel = events::Channel::sms;
  Position decided_on{}; ///< consent was known up to here, 0 when another system sent it
  Position opt_out;      ///< the statement that it goes against
  std::string call{};    ///< of a call: the dialer's id
  std::string agent{};   ///< who placed it, by the dialer's id; "" when not told
};

/// A call to a closed number that somebody had recorded the person's wish for.
struct AllowedCall {
  SendViolation call; ///< what it would be without
  Position allowance; ///< where the wish is recorded
  std::string reason;
  std::string by;
};

struct AddressView {
  std::string hash;
  events::Field kind = events::Field::phone;
  std::vector<events::Field> kinds; ///< of what was said; both when a person has no address
  std::string address;              ///< in full; "" when no event named it
  domain::ConsentState state;
  std::vector<StatementView> history; ///< in log order
  std::vector<PropagationView> propagation;
  std::vector<UntoldView> untold; ///< the newest for each contact and system
  std::vector<SendViolation> violations;
  std::vector<AllowedCall> allowed_calls;
};
/// An address of which nothing is known has an empty history. Errors: table_damaged.
Result<AddressView> opt_outs_of(const Scan& scan, const TenantId& tenant, std::string_view hash);

/// The channels that can be closed under the address.
std::vector<events::Channel> channels_of(const AddressView& address);

/// How one channel of an address stands.
struct ChannelView {
  std::string state = "never_said"; ///< opted_out, opted_in, never_said
  bool in_review = false;
  std::vector<std::string> senders; ///< of the opt-outs that stand; "" for all of ours
  std::optional<Timestamp> since;
  Position position;
};
ChannelView channel_of(const AddressView& address, events::Channel channel);

/// Hashes of addresses that have said something, beginning after the hash `after`.
Result<Page<std::string>> opt_out_addresses(const Scan& scan, const TenantId& tenant,
                                            std::string_view after, std::size_t limit);

/// An opt-out that its system has not confirmed.
struct OpenOptOut {
  DeliveryId delivery;
  ConnectorName target;
  ContactId contact;
  Timestamp since;
  Position position;
  std::vector<std::string> channels{}; ///< that it shall hold closed
};
/// At most `limit`; without those of imports.
Result<std::vector<OpenOptOut>> open_opt_outs(const Scan& scan, const TenantId& tenant,
                                              std::size_t limit);

/// What systems have not confirmed of one import.
struct OpenImport {
  std::map<ConnectorName, std::size_t> open; ///< how many, by system
  Timestamp since;                           ///< of the oldest
};
/// By the rules that name the imports, and by the runs that found them.
Result<std::map<std::string, OpenImport>> open_imports(const Scan& scan, const TenantId& tenant);

} // namespace tidemark::projections

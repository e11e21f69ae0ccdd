#pragma once
#include "projections/table/scan.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tidemark::projections {

/// Where a message is shown besides its source, or by which system it was sent.
struct ShownMessage {
  ConnectorName target;
  DeliveryId delivery;
  std::string action; ///< log_message, send_message
  bool done = false;
  std::string state;                 ///< of the delivery, as in deliveries
  Reason reason_code = Reason::none; ///< why it stands so
  std::string id;                    ///< the target's, "" while it told none
  std::string thread; ///< the target's thread that it stands in, "" when it told none
};

struct MessageView {
  Position position; ///< where it was told of first, as far as was looked
  Position newest;   ///< where its status was told
  Timestamp at;
  ContactId contact;
  ConnectorName source;
  std::string id;      ///< the source's, "" when it gave none
  std::string said_by; ///< person, agent, service (our own words), system (it does not tell who)
  /// As its sender tells it; what we were to send and did not is `suppressed` or `failed`.
  std::string thread, channel, address, our_address, subject, text, stated_at, status, error_code,
      error_text, agent;
  bool inbound = false;
  bool listed = false; ///< only a list from elsewhere has it: `at` is when that was imported
  std::uint64_t attachments = 0;
  std::vector<ShownMessage> shown;
};

struct MessageFilter {
  std::optional<bool> inbound;
  std::string status, source, thread; ///< "" for any; a thread of any system
  std::string address;                ///< of the person; "" for any. Some sources tell none
};

/// Messages with these contacts, those that the service said itself among them, newest first: in
/// the order of the log, and what lists have of before by when it was said. `before`: only what
/// stands behind the message at that position (0: all). At most `rows_max` rows of each contact are
/// looked at.
Result<std::vector<MessageView>> messages_of(const Scan& scan, const TenantId& tenant,
                                             const std::vector<ContactId>& contacts,
                                             const MessageFilter& filter, Position before,
                                             std::size_t limit, std::size_t rows_max = 20'000);

} // namespace tidemark::projections

#pragma once
#include "sandbox/world/contact_book.hpp"
#include "sandbox/world/system.hpp"

namespace tidemark::sandbox {

/// What all parts of GoHighLevel share: the contacts of the location, ids, errors, webhooks.
struct GhlOffice {
  explicit GhlOffice(World shared);

  World world;
  Ids ids;
  ContactBook book{"phone", "email"};
  std::string signing_seed;

  /// An answer with a traceId, as most have.
  HttpReply with_trace(unsigned status, Json body);
  /// 400 or another status with a `message` and a traceId.
  HttpReply refusal(unsigned status, const std::string& message);
  /// 422: `messages` is an array of the vendor's words.
  HttpReply unprocessable(Json messages);
  /// 400 in the vendor's other error shape.
  HttpReply no_contact(const std::string& id) const;

  /// Sends the signed webhook `type`: envelope, then `fields`, then location and app.
  void emit(const char* type, const Json& fields, const std::string& contact, By by);
  /// Posts to the conversation provider's Delivery URL: signed, without any envelope, once.
  void deliver(const Json& body);
};

/// `{"statusCode":…,"message":…}` without a traceId.
HttpReply ghl_error(unsigned status, const std::string& message);
/// The 404 of a path that does not exist.
HttpReply ghl_no_route(const HttpRequest& request);

/// Is a channel (SMS, Email, Call …) of the contact closed? `dnd` closes all of them.
bool ghl_is_blocked(const Json& contact, const char* channel);

} // namespace tidemark::sandbox

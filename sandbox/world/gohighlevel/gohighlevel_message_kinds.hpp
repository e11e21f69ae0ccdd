#pragma once
#include "sandbox/world/gohighlevel/gohighlevel_office.hpp"

#include <map>

namespace tidemark::sandbox {

/// What HighLevel knows of a kind of message. Names are case sensitive.
struct MessageKind {
  int number = 0;                   ///< numeric type, 0 where none is known
  const char* type_text = "";       ///< TYPE_SMS …
  const char* webhook_type = "";    ///< messageType of webhooks
  const char* dnd_channel = "";     ///< key of dndSettings, "" where only `dnd` counts
  const char* address = "phone";    ///< member of the contact that it goes to
  const char* send_channel = "sms"; ///< in the list of sends
};
using KindList = std::map<std::string, MessageKind, std::less<>>;

/// What `POST /conversations/messages` takes as `type`.
const KindList& sent_kinds();
/// What `POST /conversations/messages/inbound` takes.
const KindList& logged_kinds();

/// Our own number, as the examples have it.
inline constexpr const char* own_number = "+13125550117";

/// delivered, failed, pending, read: what a provider may set.
bool is_status(std::string_view status);
/// Statuses go forward only: a lower or equal rank changes nothing.
int rank_of_status(std::string_view status);

/// 422 or 400 unless `call` holds to, from, a known status, and the number of the contact as
/// `side` ("to" or "from").
std::optional<HttpReply> refuse_call(GhlOffice& office, const Json& body,
                                     const std::string& contact, const char* side);
/// The message's own status: an outbound voicemail stays `completed`.
std::string call_status(const Json& call, bool inbound);
void add_call(Json& fields, const Json& call);

} // namespace tidemark::sandbox

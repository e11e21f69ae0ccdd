#pragma once
#include "actors/http/http_client.hpp"

#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>

/// What may leave the machine: decided before a request is handed to libcurl, and again for the
/// address that is really connected to (threats 10 and 12).
namespace tidemark::actors {

/// Why a request may not be sent, or nothing. `refused_address`: where it would go is not allowed
/// (plain http, a number that only looks like a host name, a name before an `@`, the own machine).
/// `bad_request`: its bytes are not a request (control characters, unknown method, a header that
/// belongs to libcurl: Host, Content-Length ...).
std::optional<Reason> refusal_of(const HttpCall& call);

/// Whether the host of a URL is written as the own machine's address: 127.0.0.0/8 in plain dotted
/// form or `[::1]`. Names such as "localhost" are not: who resolves them is not known.
bool is_literal_loopback(std::string_view host);
/// The same for the host of a URL that passed `refusal_of`.
bool goes_to_literal_loopback(std::string_view url);

/// Whether a connection to this address may be made: public unicast only, so that neither a
/// configured name nor a changed DNS answer reaches the inner network or a metadata service.
/// Loopback only with `allow_loopback`.
bool may_connect_to(const sockaddr& address, bool allow_loopback);
/// The same for an address as text; false when it is none.
bool may_connect_to(std::string_view address, bool allow_loopback);

} // namespace tidemark::actors

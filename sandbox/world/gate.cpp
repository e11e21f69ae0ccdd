#include "sandbox/world/gate.hpp"

#include "base/crypto.hpp"
#include "sandbox/world/aloware/aloware.hpp"
#include "sandbox/world/times.hpp"

namespace tidemark::sandbox {
namespace {

std::string key_of(const HttpRequest& request) {
  for (const char* name : {"idempotency-key", "webhook-id", "x-idempotency-key"})
    if (const auto value = request.header(name); !value.empty())
      return std::string(value);
  return {};
}

/// An answer that comes without any effect; nothing for the behaviours that let the effect happen.
std::optional<HttpReply> answer_without_effect(const Fault& fault, System& system) {
  HttpReply reply;
  if (fault.behaviour == "status") {
    reply = system.failure(fault.status);
    if (!fault.body.empty())
      reply.body = fault.body;
  } else if (fault.behaviour == "garbage") {
    reply.body = "{\"contact\":{\"id\":\x01\xff,,]";
  } else if (fault.behaviour == "html200") {
    reply = html_page();
  } else if (fault.behaviour == "huge") {
    reply.mangle = Mangle::huge;
  } else if (fault.behaviour == "never") {
    reply.mangle = Mangle::never;
  } else if (fault.behaviour == "reset") {
    reply.mangle = Mangle::reset;
  } else if (fault.behaviour == "redirect") {
    reply = system.failure(302);
    reply.headers.emplace_back("Location", "http://127.0.0.1:9/elsewhere");
  } else {
    return std::nullopt;
  }
  if (!fault.retry_after.empty())
    reply.headers.emplace_back("Retry-After", fault.retry_after);
  return reply;
}

Mangle mangle_after_effect(const std::string& behaviour) {
  if (behaviour == "drip")
    return Mangle::drip;
  if (behaviour == "wrong_length")
    return Mangle::wrong_length;
  if (behaviour == "effect_then_timeout")
    return Mangle::never;
  return behaviour == "effect_then_reset" ? Mangle::reset : Mangle::none;
}

} // namespace

HttpReply Gate::answer(const HttpRequest& request) {
  Received entry;
  std::string what(request.method);
  what.append(" ").append(request.path);
  const auto fault = faults_.take(system_.name(), what, false);
  const bool effectful = system_.is_effectful(request);
  if (effectful) {
    entry.at = unix_micros(now());
    entry.method = request.method;
    entry.path = request.path;
    entry.key = key_of(request);
    entry.body_sha256 = sha256_hex(request.body);
  }
  auto reply = fault ? play(*fault, request, entry) : system_.answer(request, entry);
  if (effectful) {
    const bool answered = reply.mangle != Mangle::never && reply.mangle != Mangle::reset;
    entry.status = answered ? reply.status : 0;
    journal_.add(std::move(entry));
  }
  return reply;
}

HttpReply Gate::play(const Fault& fault, const HttpRequest& request, Received& entry) {
  entry.fault = fault.behaviour;
  auto spoilt = answer_without_effect(fault, system_);
  HttpReply reply;
  if (spoilt) {
    entry.outcome = "not_performed";
    reply = std::move(*spoilt);
  } else if (fault.behaviour == "send_before_answer") {
    auto hold = webhooks_.after_webhooks_of([&] { reply = system_.answer(request, entry); });
    reply.hold = std::move(hold);
  } else {
    reply = system_.answer(request, entry);
    reply.mangle = mangle_after_effect(fault.behaviour);
  }
  reply.delay = fault.delay;
  return reply;
}

} // namespace tidemark::sandbox

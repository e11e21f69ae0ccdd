#include "domain/access/users.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

constexpr std::size_t email_max = 254, password_min = 12, password_max = 1024;

void end_sessions(UserBook& book, const std::string& user) {
  std::erase_if(book.sessions, [&](const auto& each) { return each.second.user == user; });
}

User* user_of(UserBook& book, const std::string& id) {
  const auto found = book.users.find(id);
  return found == book.users.end() ? nullptr : &found->second;
}

void grant_session(UserBook& book, const events::SessionGranted& e) {
  auto& session = book.sessions[e.session];
  session = {e.session,        e.user,          e.access_sha256,       e.access_until,
             e.refresh_sha256, e.refresh_until, session.refresh_sha256};
}

} // namespace

const User* UserBook::find(const TenantId& tenant, std::string_view email) const {
  const auto found = std::ranges::find_if(users, [&](const auto& each) {
    return each.second.tenant == tenant && each.second.email == email;
  });
  return found == users.end() ? nullptr : &found->second;
}

void evolve(UserBook& book, const TenantId& tenant, const events::Event& event, Timestamp at) {
  if (const auto* made = std::get_if<events::UserCreated>(&event)) {
    book.users.emplace(made->id, User{made->id, tenant, made->email.reveal(), made->role,
                                      made->password_hash, true, at, made->by});
  } else if (const auto* set = std::get_if<events::UserPasswordSet>(&event)) {
    if (auto* user = user_of(book, set->id))
      user->password_hash = set->password_hash;
    end_sessions(book, set->id);
  } else if (const auto* disabled = std::get_if<events::UserDisabled>(&event)) {
    if (auto* user = user_of(book, disabled->id))
      user->enabled = false;
  } else if (const auto* enabled = std::get_if<events::UserEnabled>(&event)) {
    if (auto* user = user_of(book, enabled->id))
      user->enabled = true;
    end_sessions(book, enabled->id);
  } else if (const auto* granted = std::get_if<events::SessionGranted>(&event)) {
    grant_session(book, *granted);
  } else if (const auto* ended = std::get_if<events::SessionEnded>(&event)) {
    book.sessions.erase(ended->session);
  }
}

void forget_ended(UserBook& book, Timestamp now) {
  std::erase_if(book.sessions, [&](const auto& each) { return each.second.refresh_until <= now; });
}

Result<std::string> user_name(std::string_view email) {
  std::string out(email);
  for (auto& c : out)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  const auto at = out.find('@');
  const bool plain = std::ranges::all_of(out, [](char c) { return c > ' ' && c < 0x7F; });
  if (at == 0 || at == std::string::npos || at + 1 == out.size() || out.size() > email_max
      || out.find('@', at + 1) != std::string::npos || !plain)
    return Error{"bad_email", "email is an address such as ada@example.com"};
  return out;
}

Status check_password(std::string_view password) {
  if (password.size() < password_min || password.size() > password_max)
    return Error{"bad_password", "a password has 12 to 1024 bytes"};
  return Done{};
}

Refresh look_at_refresh(const UserBook& book, std::string_view sha256, Timestamp now) {
  for (const auto& [id, session] : book.sessions) {
    if (session.used_refresh_sha256 == sha256)
      return {RefreshVerdict::used_before, &session};
    if (session.refresh_sha256 != sha256)
      continue;
    const auto user = book.users.find(session.user);
    if (user == book.users.end() || !user->second.enabled)
      return {RefreshVerdict::disabled, nullptr};
    if (session.refresh_until <= now)
      return {RefreshVerdict::expired, nullptr};
    return {RefreshVerdict::good, &session};
  }
  return {};
}

} // namespace tidemark::domain

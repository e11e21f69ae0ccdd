#include "bench/load_bodies.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/time.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

namespace tidemark::bench {
namespace {

constexpr std::int64_t bodies_a_millisecond = 50;     // so that times in bodies never run ahead
constexpr std::uint64_t scatter_step = 2'654'435'761; // prime, so that it meets every contact

/// Decimal digits, zero-padded, without a terminator.
void put_number(std::string& text, std::size_t at, std::uint64_t value, std::size_t digits) {
  for (std::size_t i = digits; i > 0; --i, value /= 10)
    text[at + i - 1] = static_cast<char>('0' + value % 10);
}

/// Ten digits that no other run of a thousand uses.
std::uint64_t change_of(std::uint64_t seed, std::uint64_t index) {
  return seed % 1'000 * 10'000'000 + index % 10'000'000;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

constexpr std::string_view filler = "Kitchen refit, second visit; ";

std::string filled_up(std::string body, std::string_view tail, std::size_t bytes) {
  while (body.size() + tail.size() < bytes)
    body += filler[body.size() % filler.size()];
  return body.append(tail);
}

/// A contact as a system sends it that speaks the generic connector's own form.
std::string blank_generic_body(bool update, std::size_t bytes) {
  auto body = fmt::format(
      R"({{"type":"contact.{}","timestamp":"@TTTTTTTTTTTTTTTTTTTTTTT","data":{{"id":"@CCCCCCCCCCCCCCCCCCC",)"
      R"("first_name":"Marisol","last_name":"Tennerby","phone":"+1@PPPPPPPPP",)"
      R"("email":"p@EEEEEEEEE@load.example.com","company":"Joinery @XXXXXXXXX","source":"web form",)"
      R"("address":{{"line1":"18 Lantern Row","city":"Marrowfield","state":"OH","postal_code":"43099",)"
      R"("country":"US"}},"notes":")",
      update ? "updated" : "created");
  return filled_up(std::move(body), R"("}})", bytes);
}

/// A contact as GoHighLevel's gateway sends it; `@` marks what fill_body writes.
std::string blank_ghl_body(bool update, std::size_t bytes) {
  std::string body = fmt::format(
      R"({{"type":"{}","timestamp":"@TTTTTTTTTTTTTTTTTTTTTTT","webhookId":"@WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",)"
      R"("id":"@CCCCCCCCCCCCCCCCCCC","address1":"18 Lantern Row","city":"Marrowfield","state":"OH",)"
      R"("companyName":"Joinery @XXXXXXXXX","country":"US","source":"web form","dateAdded":"2026-08-14T15:02:11.480Z",)"
      R"("dateOfBirth":"1987-03-09T00:00:00.000Z","dnd":false,"email":"p@EEEEEEEEE@load.example.com",)"
      R"("name":"Marisol Tennerby","firstName":"Marisol","lastName":"Tennerby","phone":"+1@PPPPPPPPP",)"
      R"("postalCode":"43099","tags":["new lead"],"website":"https://joinery.example.com/","attachments":[],)"
      R"("assignedTo":"USRexample0000000001","customFields":[{{"id":"CFDexample0000000001","value":")",
      update ? "ContactUpdate" : "ContactCreate");
  return filled_up(
      std::move(body),
      R"("}],"locationId":"LOCexample0000000001","versionId":"68c0ffee0000000000000003",)"
      R"("appId":"68c0ffee0000000000000002"})",
      bytes);
}

} // namespace

LoadBodies::LoadBodies(BodyOptions options) : options_(std::move(options)) {
  if (options_.contact_seed == 0)
    options_.contact_seed = options_.seed;
  made_at_ms_ = std::chrono::duration_cast<std::chrono::milliseconds>(
                    std::chrono::system_clock::now().time_since_epoch())
                    .count();
  make_blank();
  if (options_.with_signatures)
    sign_all();
}

/// Everything before the body, with a signature's place marked by `~`.
std::string LoadBodies::blank_head(std::size_t body_bytes) const {
  const auto signing = is_standard()
                           ? fmt::format("webhook-id: @WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW\r\n"
                                         "webhook-timestamp: {}\r\nwebhook-signature: v1,{}",
                                         made_at_ms_ / 1000, std::string(44, '~'))
                           : "X-GHL-Signature: " + std::string(88, '~');
  return fmt::format("POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n{}\r\n"
                     "Content-Length: {}\r\n\r\n",
                     options_.path, options_.host, signing, body_bytes);
}

void LoadBodies::make_blank() {
  const auto body = is_standard() ? blank_generic_body(options_.update, options_.body_bytes)
                                  : blank_ghl_body(options_.update, options_.body_bytes);
  blank_ = blank_head(body.size());
  body_at_ = blank_.size();
  blank_ += body;
  const auto place = [&](std::string_view mark) { return blank_.find(mark); };
  signature_at_ = place("~");
  time_at_ = place("@TTT");
  webhook_id_at_ = place("@WWW");
  contact_at_ = place("@CCC");
  change_at_ = place("@XXX");
  email_at_ = place("@EEE");
  phone_at_ = place("@PPP");
}

std::uint64_t LoadBodies::contact_of(std::uint64_t index) const {
  if (options_.contacts == 0)
    return options_.first_contact + index;
  const auto place = options_.scatter == 0 ? index
                                           : (options_.scatter * options_.count + index)
                                                 % options_.contacts * scatter_step;
  return options_.first_contact + place % options_.contacts;
}

void LoadBodies::fill_body(std::string& request, std::uint64_t index) const {
  const auto contact = contact_of(index);
  const Timestamp time{std::chrono::milliseconds(
      made_at_ms_ + static_cast<std::int64_t>(index) / bodies_a_millisecond)};
  const auto text = to_rfc3339(time);
  std::memcpy(request.data() + time_at_, text.data(), 23);
  request[time_at_ + 23] = 'Z';
  constexpr std::string_view uuid = "00000000-0000-4000-8000-000000000000";
  std::memcpy(request.data() + webhook_id_at_, uuid.data(), uuid.size());
  put_number(request, webhook_id_at_ + 3, options_.seed, 5);
  put_number(request, webhook_id_at_ + 24, index, 12);
  constexpr std::string_view load_contact = "LOD";
  std::memcpy(request.data() + contact_at_, load_contact.data(), load_contact.size());
  put_number(request, contact_at_ + 3, options_.contact_seed, 5);
  put_number(request, contact_at_ + 8, contact, 12);
  put_number(request, change_at_, options_.update ? change_of(options_.seed, index) : contact, 10);
  put_number(request, email_at_, options_.contact_seed, 3);
  put_number(request, email_at_ + 3, contact, 7);
  // Plain E.164, which costs the receiver no parsing; the area code tells runs apart.
  put_number(request, phone_at_, 201 + options_.contact_seed % 700, 3);
  put_number(request, phone_at_ + 3, contact, 7);
}

void LoadBodies::fill(std::string& request, std::uint64_t index) const {
  fill_body(request, index);
  if (!signatures_.empty())
    std::memcpy(request.data() + signature_at_, signatures_[index].data(), is_standard() ? 44 : 88);
}

std::string LoadBodies::signature_of(std::string_view request) const {
  const auto body = body_of(request);
  if (is_standard()) {
    const auto seconds = std::to_string(made_at_ms_ / 1000);
    return to_base64(
        as_view(hmac_sha256(signing_key_, {webhook_id_of(request), ".", seconds, ".", body})));
  }
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, bytes_of(body),
                       body.size(), bytes_of(signing_key_));
  return to_base64(signature);
}

void LoadBodies::sign_all() {
  signatures_.resize(options_.count);
  if (is_standard()) {
    constexpr std::string_view prefix = "whsec_";
    const std::string_view secret = options_.standard_secret;
    signing_key_ =
        from_base64(secret.substr(secret.starts_with(prefix) ? prefix.size() : 0)).value_or("");
  } else {
    const auto seed = from_hex(options_.signing_seed_hex).value_or("");
    unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
    signing_key_.resize(crypto_sign_SECRETKEYBYTES);
    crypto_sign_seed_keypair(public_key, reinterpret_cast<unsigned char*>(signing_key_.data()),
                             bytes_of(seed));
  }
  const auto workers = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::thread> threads;
  for (unsigned worker = 0; worker < workers; ++worker) {
    threads.emplace_back([this, worker, workers] {
      std::string request = blank_;
      for (std::uint64_t i = worker; i < signatures_.size(); i += workers) {
        fill_body(request, i);
        const auto text = signature_of(request);
        std::memcpy(signatures_[i].data(), text.data(), text.size());
      }
    });
  }
  for (auto& thread : threads)
    thread.join();
}

} // namespace tidemark::bench

#include "base/bytes.hpp"
#include "replay-tools/report/bundle.hpp"
#include "replay-tools/report/declared.hpp"
#include "replay-tools/report/forms.hpp"
#include "replay-tools/report/written.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>

// Personal data, in every coding that text travels in, is put everywhere where it could come in.

namespace tidemark::tools::canaries_test {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> of_person(unsigned n) {
  const auto area = 200 + n % 700, middle = 200 + n * 7 % 700, last = n * 13 % 10'000;
  const std::array<std::string, 4> first{"Marisol", "Zebulon", "Quimby", "Ottoline"};
  const auto name = first[n % 4];
  return {fmt::format("+1{}{}{:04}", area, middle, last),
          fmt::format("{}{}{:04}", area, middle, last),
          fmt::format("({}) {}-{:04}", area, middle, last),
          fmt::format("{}-{}-{:04}", area, middle, last),
          fmt::format("{}.{}.{:04}", area, middle, last),
          fmt::format("+1 {} {} {:04}", area, middle, last),
          fmt::format("{}.tennerby{}@example.com", name, n),
          fmt::format("{} Tennerby the {}th", name, n),
          fmt::format("please stop texting me about {}", n),
          fmt::format("pit-{}Kx8hvShlRW{}", to_hex("k" + std::to_string(n)), n)};
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k)
      three = three << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k <= bytes.size() ? digits[three >> (18 - 6 * k) & 63U] : '=';
  }
  return out;
}

std::string url_coded(std::string_view bytes) {
  std::string out;
  for (const unsigned char c : bytes)
    out += std::isalnum(c) != 0 ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
  return out;
}

std::string json_escaped(std::string_view bytes) {
  std::string out;
  for (const unsigned char c : bytes)
    out += fmt::format("\\u{:04x}", c);
  return out;
}

/// The value in every coding: none but the first is changed by being written as JSON.
std::vector<std::string> coded(const std::string& plain) {
  return {plain, base64(plain), to_hex(plain), url_coded(plain), json_escaped(plain)};
}

constexpr unsigned persons = 200; // of ten values in five codings: 10,000
std::vector<std::string> canaries() {
  std::vector<std::string> out;
  for (unsigned n = 0; n < persons; ++n)
    for (const auto& plain : of_person(n))
      for (auto& one : coded(plain))
        out.push_back(std::move(one));
  return out;
}

/// A value of the form, with a canary wherever a text can stand: as a value, as a name, undeclared.
Json with_canaries(std::span<const Declared> form, const std::function<std::string()>& next) {
  Json out = Json::object();
  for (const auto& member : form) {
    const std::string name(member.name);
    switch (member.form) {
    case Form::object:
      out[name] = with_canaries(member.of, next);
      break;
    case Form::list:
      out[name] = Json::array({with_canaries(member.of, next), next()});
      break;
    case Form::map:
      out[name] = {{next(), with_canaries(member.of, next)},
                   {"crm", with_canaries(member.of, next)}};
      break;
    default:
      out[name] = next();
    }
  }
  out["phone"] = next();
  out[next()] = {{"is", next()}};
  return out;
}

std::string found_in(const std::string& text, const std::vector<std::string>& all) {
  for (const auto& one : all) {
    const auto written = Json(one).dump();
    if (text.find(written.substr(1, written.size() - 2)) != std::string::npos)
      return one;
  }
  return {};
}

TEST(Canaries, OfTenThousandNoneComesThroughWhatIsDeclared) {
  const auto all = canaries();
  ASSERT_EQ(all.size(), 10'000U);
  std::size_t at = 0;
  std::string out;
  for (const auto form : {status_form, probe_form, service_log_form})
    for (std::size_t begun = at; at - begun < all.size();)
      out += only_declared(with_canaries(form, [&] { return all[at++ % all.size()]; }), form)
                 .value.dump();
  EXPECT_EQ(found_in(out, all), "");
}

TEST(Canaries, NoTextOfAFactIsInTheReport) {
  const auto all = canaries();
  std::size_t at = 0;
  const auto next = [&] { return all[at++ % all.size()]; };
  std::string out;
  while (at < all.size()) {
    ConfigurationFacts configuration;
    configuration.file = next();
    configuration.faults = {next(), next()};
    configuration.any_hour = {next()};
    configuration.backups = next();
    FolderFacts folder;
    folder.path = next();
    folder.damage = next();
    folder.chain_broken = next();
    ServiceFacts service;
    service.refused = next();
    service.status = with_canaries(status_form, next);
    BackupFact backups;
    backups.folder = next();
    backups.damage = next();
    out += to_report(configuration).dump() + to_report(folder).dump() + to_report(service).dump()
           + to_report(backups).dump()
           + to_report({{next(), next(), next(), next(), next(), next()}}, true).dump();
  }
  EXPECT_EQ(found_in(out, all), "");
}

TEST(Canaries, OfWhatIsWrittenNumbersAddressesKeysAndCodedTextsAreLeftOut) {
  for (unsigned n = 0; n < persons; ++n) {
    const auto plain = of_person(n);
    for (std::size_t i = 0; i < plain.size(); ++i)
      for (std::size_t coding = 0; coding < 5; ++coding) {
        const bool is_prose = coding == 0 && (i == 7 || i == 8);
        const auto one = coded(plain[i])[coding];
        if (is_prose || one.size() < 12) // names in plain words are the writer's own
          continue;
        const auto written = without_personal("It was " + one + ", I think.");
        EXPECT_EQ(written.text.find(one), std::string::npos) << written.text;
        EXPECT_GE(written.left_out, 1U);
      }
  }
}

TEST(Canaries, WhatSaysNothingOfAnybodyStays) {
  const std::string text =
      "Since 2026-09-01T15:04:05Z GoHighLevel shows 12 of 340 contacts; I restarted it at 15:30.";
  EXPECT_EQ(without_personal(text).text, text);
  EXPECT_EQ(without_personal(text).left_out, 0U);
  EXPECT_EQ(without_personal("call 512 555 0100 now").text, "call [number] now");
}

TEST(Declared, WhatFitsStaysAndTheRestIsCounted) {
  const auto kept = only_declared(Json::parse(R"({"status":"ok","version":"1.2.0","at":"soon",
      "services":{"crm":{"status":"connected","detail":"x"}},"opt_outs_by_hand":3,"more":1})"),
                                  status_form);
  EXPECT_EQ(kept.value.dump(), R"({"status":"ok","version":"1.2.0","services":{"crm":)"
                               R"({"status":"connected"}},"opt_outs_by_hand":3})");
  EXPECT_EQ(kept.left_out, 3U); // at, detail, more
}

} // namespace
} // namespace tidemark::tools::canaries_test

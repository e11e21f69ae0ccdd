#include "events/all.hpp"

#include <gtest/gtest.h>

namespace tidemark::events::members_test {
namespace {

/// Fits every member, so that aggregates can be counted without naming their members.
struct Anything {
  template <class T>
  operator T() const; // NOLINT(*-explicit-*) never defined, only counted with
};

template <class T, std::size_t... I>
constexpr bool takes(std::index_sequence<I...>) {
  return requires {
    T{(static_cast<void>(I), Anything{})...};
  };
}

/// How many members the aggregate T has: the most initialisers that it takes.
template <class T, std::size_t N = 24>
constexpr std::size_t member_count() {
  if constexpr (takes<T>(std::make_index_sequence<N>{}))
    return N;
  else
    return member_count<T, N - 1>();
}

/// A member that is not listed would be forgotten by the log, while every test in memory sees it.
template <class T>
void expect_complete(std::string_view what) {
  if constexpr (HasMembers<T>) {
    const auto listed = T::members([](const auto&... m) { return sizeof...(m); });
    EXPECT_EQ(listed, member_count<T>()) << what << " has members that are not stored";
  }
}

template <std::size_t... I>
void expect_all_complete(std::index_sequence<I...>) {
  (expect_complete<std::variant_alternative_t<I, AnyEvent>>(
       std::variant_alternative_t<I, AnyEvent>::name),
   ...);
}

TEST(Events, StoreEveryMemberTheyHave) {
  expect_all_complete(std::make_index_sequence<std::variant_size_v<AnyEvent>>{});
  expect_complete<AssignedCommand>("AssignedCommand");
  expect_complete<SkippedPart>("SkippedPart");
  expect_complete<AppliedConnector>("AppliedConnector");
  expect_complete<IdentityRecord>("IdentityRecord");
  expect_complete<TargetOutcome>("TargetOutcome");
  expect_complete<VendorAnswer>("VendorAnswer");
  expect_complete<AnswerFacts>("AnswerFacts");
}

TEST(Events, MemberNamesAreUniqueWithinAType) {
  const auto unique = [](const auto&... m) {
    const std::array names{m.name...};
    for (std::size_t i = 0; i < names.size(); ++i)
      for (std::size_t k = 0; k < i; ++k)
        EXPECT_NE(names[i], names[k]);
  };
  const auto one = [&]<class T>(std::in_place_type_t<T>) {
    if constexpr (HasMembers<T>)
      T::members(unique);
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (one(std::in_place_type<std::variant_alternative_t<I, AnyEvent>>), ...);
  }
  (std::make_index_sequence<std::variant_size_v<AnyEvent>>{});
}

} // namespace
} // namespace tidemark::events::members_test

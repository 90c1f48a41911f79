// SPDX-License-Identifier: GPL-2.0-only
#include "ui/colour_vision.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace vmalab {
namespace {

using Triple = std::array<double, 3>;
using Matrix = std::array<Triple, 3>;

double dot(const Triple& a, const Triple& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
Triple times(const Matrix& m, const Triple& v) { return {dot(m[0], v), dot(m[1], v), dot(m[2], v)}; }

Triple linear_rgb(Colour colour) {
  const auto channel = [&](int shift) {
    const double c = static_cast<double>(colour >> shift & 0xff) / 255;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  return {channel(IM_COL32_R_SHIFT), channel(IM_COL32_G_SHIFT), channel(IM_COL32_B_SHIFT)};
}

/// Without one kind of cones all colours fall onto two half planes; where a colour lies of the plane between them says onto
/// which. Both projections with the ways from linear sRGB to cones and back, after Smith and Pokorny's cones (1975).
struct Projection {
  Matrix above, below;
  Triple between;
};

constexpr std::array<Projection, 3> kProjections{{
    {{{{0.14980, 1.19548, -0.34528}, {0.10764, 0.84864, 0.04372}, {0.00384, -0.00540, 1.00156}}},
     {{{0.14570, 1.16172, -0.30742}, {0.10816, 0.85291, 0.03892}, {0.00386, -0.00524, 1.00139}}},
     {0.00048, 0.00393, -0.00441}},
    {{{{0.36477, 0.86381, -0.22858}, {0.26294, 0.64245, 0.09462}, {-0.02006, 0.02728, 0.99278}}},
     {{{0.37298, 0.88166, -0.25464}, {0.25954, 0.63506, 0.10540}, {-0.01980, 0.02784, 0.99196}}},
     {-0.00281, -0.00611, 0.00892}},
    {{{{1.01277, 0.13548, -0.14826}, {-0.01243, 0.86812, 0.14431}, {0.07589, 0.80500, 0.11911}}},
     {{{0.93678, 0.18979, -0.12657}, {0.06154, 0.81526, 0.12320}, {-0.37562, 1.12767, 0.24796}}},
     {0.03901, -0.02788, -0.01113}},
}};

Triple simulated(Vision vision, const Triple& rgb) {
  if (vision == Vision::kNormal) return rgb;
  const Projection& projection = kProjections[static_cast<std::size_t>(vision) - 1];
  Triple seen = times(dot(projection.between, rgb) >= 0 ? projection.above : projection.below, rgb);
  for (double& channel : seen) channel = std::clamp(channel, 0.0, 1.0);
  return seen;
}

Lab to_lab(const Triple& rgb) {
  constexpr Matrix kXyz{{{0.4124564, 0.3575761, 0.1804375}, {0.2126729, 0.7151522, 0.0721750}, {0.0193339, 0.1191920, 0.9503041}}};
  const Triple xyz = times(kXyz, rgb);
  const auto f = [](double t) { return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116; };
  const double x = f(xyz[0] / 0.95047), y = f(xyz[1]), z = f(xyz[2] / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

constexpr double kDegree = 3.14159265358979323846 / 180;

double square(double x) { return x * x; }
/// Near 1 for strong colours, 0 for greys.
double strength(double chroma) { return std::sqrt(std::pow(chroma, 7) / (std::pow(chroma, 7) + std::pow(25.0, 7))); }
double hue_degrees(double a, double b) {
  if (a == 0 && b == 0) return 0;
  const double hue = std::atan2(b, a) / kDegree;
  return hue < 0 ? hue + 360 : hue;
}

}  // namespace

double Lab::chroma() const { return std::hypot(a, b); }

Lab seen_by(Vision vision, Colour colour) { return to_lab(simulated(vision, linear_rgb(colour))); }

double luminance(Colour colour) { return dot({0.2126, 0.7152, 0.0722}, linear_rgb(colour)); }

double ciede2000(const Lab& one, const Lab& other) {
  // The names are those of the paper: a prime for what is made of the corrected a*, a bar for a mean.
  const double g = 0.5 * (1 - strength(0.5 * (one.chroma() + other.chroma())));
  const double a1 = (1 + g) * one.a, a2 = (1 + g) * other.a;
  const double c1 = std::hypot(a1, one.b), c2 = std::hypot(a2, other.b);
  const double h1 = hue_degrees(a1, one.b), h2 = hue_degrees(a2, other.b);
  const bool grey = c1 * c2 == 0;

  double dh = h2 - h1;
  if (dh > 180) dh -= 360;
  if (dh < -180) dh += 360;
  if (grey) dh = 0;
  const double delta_l = other.lightness - one.lightness, delta_c = c2 - c1;
  const double delta_h = 2 * std::sqrt(c1 * c2) * std::sin(0.5 * dh * kDegree);

  const double l_bar = 0.5 * (one.lightness + other.lightness), c_bar = 0.5 * (c1 + c2);
  double h_bar = h1 + h2;
  if (!grey) h_bar = std::abs(h1 - h2) <= 180 ? 0.5 * h_bar : h_bar < 360 ? 0.5 * (h_bar + 360) : 0.5 * (h_bar - 360);
  const auto wave = [&](double times, double shift) { return std::cos((times * h_bar + shift) * kDegree); };
  const double t = 1 - 0.17 * wave(1, -30) + 0.24 * wave(2, 0) + 0.32 * wave(3, 6) - 0.20 * wave(4, -63);
  const double rotation = -std::sin(60 * std::exp(-square((h_bar - 275) / 25)) * kDegree) * 2 * strength(c_bar);
  const double l = delta_l / (1 + 0.015 * square(l_bar - 50) / std::sqrt(20 + square(l_bar - 50)));
  const double c = delta_c / (1 + 0.045 * c_bar), h = delta_h / (1 + 0.015 * c_bar * t);
  return std::sqrt(l * l + c * c + h * h + rotation * c * h);
}

}  // namespace vmalab

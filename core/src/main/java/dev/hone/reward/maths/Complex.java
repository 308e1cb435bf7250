package dev.hone.reward.maths;

/** A complex number in double precision; functions with several branches have their principal one. */
record Complex(double re, double im) {
    static final Complex I = new Complex(0, 1);
    static final Complex ONE = new Complex(1, 0);
    static final Complex UNDEFINED = new Complex(Double.NaN, Double.NaN);

    static Complex of(double re) {
        return new Complex(re, 0);
    }

    boolean isFinite() {
        return Double.isFinite(re) && Double.isFinite(im);
    }

    /** Whether nothing but rounding stands beside the real part. */
    boolean isReal() {
        return Math.abs(im) <= 1e-12 * Math.max(1, Math.abs(re));
    }

    double abs() {
        return Math.hypot(re, im);
    }

    Complex negate() {
        return new Complex(-re, im == 0 ? 0 : -im);
    }

    Complex plus(Complex o) {
        return new Complex(re + o.re, im + o.im);
    }

    Complex minus(Complex o) {
        return new Complex(re - o.re, im - o.im);
    }

    Complex times(Complex o) {
        return im == 0 && o.im == 0 ? of(re * o.re) : new Complex(re * o.re - im * o.im, re * o.im + im * o.re);
    }

    Complex times(double factor) {
        return new Complex(re * factor, im * factor);
    }

    Complex over(Complex o) {
        if (o.im == 0) {
            return o.re == 0 ? UNDEFINED : new Complex(re / o.re, im / o.re);
        }
        double square = o.re * o.re + o.im * o.im;
        return new Complex((re * o.re + im * o.im) / square, (im * o.re - re * o.im) / square);
    }

    Complex exp() {
        double size = Math.exp(re);
        return im == 0 ? of(size) : new Complex(size * Math.cos(im), size * Math.sin(im));
    }

    Complex log() {
        return re == 0 && im == 0
                ? UNDEFINED
                : new Complex(Math.log(abs()), im == 0 ? re < 0 ? Math.PI : 0 : Math.atan2(im, re));
    }

    Complex sqrt() {
        if (im == 0) {
            return re < 0 ? new Complex(0, Math.sqrt(-re)) : of(Math.sqrt(re));
        }
        double size = abs();
        double real = Math.sqrt((size + re) / 2);
        return new Complex(real, Math.copySign(Math.sqrt((size - re) / 2), im));
    }

    Complex power(Complex exponent) {
        if (im == 0 && exponent.im == 0 && (re > 0 || exponent.re == Math.rint(exponent.re))) {
            return re == 0 && exponent.re <= 0 ? UNDEFINED : of(Math.pow(re, exponent.re));
        }
        if (exponent.im == 0 && exponent.re == Math.rint(exponent.re) && Math.abs(exponent.re) <= 64) {
            Complex product = ONE;
            for (int i = 0; i < Math.abs(exponent.re); i++) {
                product = product.times(this);
            }
            return exponent.re < 0 ? ONE.over(product) : product;
        }
        if (re == 0 && im == 0) {
            return exponent.re > 0 ? of(0) : UNDEFINED;
        }
        return log().times(exponent).exp();
    }

    Complex sin() {
        return im == 0 ? of(Math.sin(re)) : new Complex(Math.sin(re) * Math.cosh(im), Math.cos(re) * Math.sinh(im));
    }

    Complex cos() {
        return im == 0 ? of(Math.cos(re)) : new Complex(Math.cos(re) * Math.cosh(im), -Math.sin(re) * Math.sinh(im));
    }
}
